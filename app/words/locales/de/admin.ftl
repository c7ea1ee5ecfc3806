# Was Admins zu dem gesagt wird, was sie von Hand tun: anpassen, zusammenlegen, sperren, nachlesen.

# Namen von Leuten werden eingesetzt; `given` sind die Punkte mit Vorzeichen, als Text.
admin-adjusted = { $name } hatte { $before ->
    [one] { $before } Punkt
   *[other] { $before } Punkte
  } und hat jetzt { $after } ({ $given }).

admin-misread-adjust = Sag, für wen oder was und wie viele Punkte, mit Plus oder Minus: `/karma adjust @bob +5 wegen des Releases`, `/karma adjust "code review" -3`.
admin-misread-points = Du kannst auf einmal 1 bis { $most } Punkte geben oder nehmen: `/karma adjust @bob +5`.
admin-misread-merge = Sag, was womit zusammengelegt werden soll: `/karma merge postgresql into postgres` oder `/karma merge @bob into @bobby`.
admin-misread-mixed = Zusammenlegen kannst du zwei Personen oder zwei Dinge, aber nicht beides gemischt: `/karma merge postgresql into postgres`.
admin-misread-itself = Das ist schon dasselbe. Nenn zwei verschiedene: `/karma merge postgresql into postgres`, oder `/karma merge "Yahoo!" into yahoo`, wenn ein Name mit einem Satzzeichen endet.
admin-misread-unmerge = Sag, was wieder getrennt werden soll: `/karma unmerge postgresql`.
admin-misread-ban = Sag, wer keine Punkte geben darf und wie lange: `/karma ban @bob for 7 days`. Möglich sind Stunden, Tage und Wochen; mit `/karma ban @bob` gilt die Sperre, bis du sie aufhebst.
admin-misread-span = Eine Sperre dauert eine Stunde bis zehn Jahre: `/karma ban @bob for 7 days`. Mit `/karma ban @bob` allein gilt sie, bis du sie aufhebst.
admin-misread-unban = Sag, wessen Sperre du aufheben willst: `/karma unban @bob`.
admin-misread-audit = Ich kann 1 bis { $most } Eingriffe zeigen, alle oder nur die zu einer Person oder einem Ding: `/karma audit`, `/karma audit 25`, `/karma audit @bob`.

admin-unfit-opted-out = Hier macht jemand nicht mit, darum bleiben diese Punkte, wie sie sind.
admin-unfit-left = { $into } ist nicht mehr in diesem Workspace, darum würde keine Rangliste { $name } zeigen. Leg es andersherum zusammen.
admin-unfit-too-much = Das wären zu viele: Ein Punktestand geht nur bis { $most }.
admin-unfit-already = { $name } ist schon mit { $into } zusammengelegt. `/karma unmerge` trennt es wieder.
admin-unfit-elsewhere = { $into } ist selbst mit etwas anderem zusammengelegt. Trenn das zuerst mit `/karma unmerge`.
admin-unfit-not-merged = { $name } ist mit nichts zusammengelegt.
admin-unfit-too-long = Diese Namen sind zu lang für ein Formular.
admin-unfit-yourself = Dich selbst kannst du nicht sperren, und deine eigene Sperre nicht aufheben.
admin-unfit-an-admin = { $name } gehört in Slack zu den Admins oder Inhabern, und die lassen sich nicht sperren.
admin-unfit-unchecked = Slack hat mir nicht gesagt, wer { $name } ist. Bitte versuch es in einer Minute noch einmal.
admin-unfit-not-banned = { $name } ist nicht gesperrt.

# Titel und Buttons eines Formulars haben höchstens 24 Zeichen.
admin-merge-title = Zusammenlegen
admin-merge-question = {"*"}{ $name } mit { $into } zusammenlegen?*
admin-merge-scores = { $name } hat { $score ->
    [one] { $score } Punkt
   *[other] { $score } Punkte
  }, und { $into } hat { $into-score ->
    [one] { $into-score } Punkt
   *[other] { $into-score } Punkte
  }. Zusammen sind das { $sum } für { $into }.
admin-merge-what =
    • Alle Punkte wandern zu { $into }, auf jeder Rangliste, und { $name } steht auf keiner mehr.
    • Von da an gehen Punkte für { $name } an { $into }, und die Karte von { $name } zeigt die von { $into }.
    • `/karma unmerge` trennt beide wieder: Dann haben beide, was sie vorher hatten; spätere Punkte bleiben bei { $into }.
admin-wait = Ich bin dabei, nur noch ein paar Sekunden. Du kannst das hier schließen: `/karma audit` zeigt, wann es fertig ist.
admin-merged = { $name } ist jetzt mit { $into } zusammengelegt. { $into } hatte { $before ->
    [one] { $before } Punkt
   *[other] { $before } Punkte
  } und hat jetzt { $after }.
admin-unmerged = Wieder getrennt: { $name } hat wieder { $score ->
    [one] { $score } Punkt
   *[other] { $score } Punkte
  }, und { $into } hat { $into-score }.
admin-undo-merge = Rückgängig machen

admin-banned = Punkte von { $name } zählen nicht mehr. `/karma unban` hebt das auf.
admin-banned-until = Punkte von { $name } zählen bis { $until } nicht. `/karma unban` hebt das früher auf.
admin-unbanned = Punkte von { $name } zählen wieder.
admin-bans = Punkte von diesen Leuten zählen nicht. `/karma unban @bob` hebt eine Sperre auf.
admin-bans-line = • { $name }: { $ends }
admin-bans-more = … und { $count } weitere
admin-no-bans = Niemand ist gesperrt.

# Was getan wurde, je eine Zeile: `20. November um 14:30 · ann: Sperre von bob: keine → bis auf Weiteres`
admin-audit-title = { $count ->
    [one] Admins: der letzte Eingriff
   *[other] Admins: die letzten { $count } Eingriffe
  }
admin-audit-older-title = Admins: frühere Eingriffe
admin-audit-about = { $title }: { $name }
admin-no-acts = Alles ruhig: Bisher hat kein Admin eingegriffen.
admin-no-acts-about = Zu „{ $name }“ hat noch kein Admin etwas gemacht. `/karma audit` zeigt alles, `/karma audit @bob`, was zu einer Person oder einem Ding gemacht wurde.
admin-no-acts-older = Das war alles, davor gibt es nichts.
admin-audit-older = Frühere
admin-act-line = { $when } · { $by }: { $what }
admin-act-adjust = { $name } { $given }: { $before } → { $after }
admin-act-merge = { $name } ({ $score }) mit { $into } zusammengelegt: { $before } → { $after }
admin-act-unmerge = { $name } wieder von { $into } getrennt: { $into } { $before } → { $after }
admin-act-ban = Sperre von { $name }: { $before } → { $after }
admin-act-setting = { $name }: { $before } → { $after }
admin-act-setting-in = { $name } in { $channel }: { $before } → { $after }
admin-act-season = Saison begonnen: { $before } → { $after }
admin-act-boost = Boost geändert: { $before } → { $after }
admin-act-other = { $act } { $name }: { $before } → { $after }
admin-not-banned = keine
admin-banned-for-good = bis auf Weiteres
admin-banned-up-to = bis { $until }
admin-nothing = nichts

# Auf Karten und Verläufen.
admin-entry-adjusted = { $given } von einem Admin
admin-is-merged = { $name } ist mit { $into } zusammengelegt: Das sind die Punkte von beiden.
admin-has-merged = Die Punkte von { $names } zählen hier mit, weil sie zusammengelegt wurden.

# Für Admins, nach der Hilfe zu `/karma`.
admin-help =
    {"*"}Für dich als Admin*
    • `/karma settings`: wie ich hier arbeite; `/karma season Herbst`: neue Ranglisten
    • `/karma boost 2h "Release-Tag"`: eine Zeit lang doppelte Punkte; `/karma boosts`: alle
    • `/karma adjust @bob +5 weil …`: Punkte von Hand
    • `/karma merge postgresql into postgres`, `/karma unmerge postgresql`
    • `/karma ban @bob for 7 days`, `/karma unban @bob`; `/karma bans`: alle
    • `/karma audit`, `/karma audit 25 @bob`: was Admins getan haben; `/karma fairplay`: wer wem Punkte gibt; `/karma report 2026-10`: ein Monat als Datei; `/karma recap`: was der nächste Rückblick sagen würde
