# Was Admins zu dem gesagt wird, was sie von Hand tun: anpassen, zusammenlegen, sperren, nachlesen.

# Namen von Leuten werden eingesetzt; `given` sind die Punkte mit Vorzeichen, als Text.
admin-adjusted = { $name } hatte { $before ->
    [one] { $before } Punkt
   *[other] { $before } Punkte
  } und hat jetzt { $after } ({ $given }).
admin-adjusted-for = { $name } hatte { $before ->
    [one] { $before } Punkt
   *[other] { $before } Punkte
  } und hat jetzt { $after } ({ $given } für { $reason }).

admin-misread-adjust = Sag für wen oder was, und wie viele Punkte, mit Plus oder Minus: `/karma adjust @bob +5 because of the release`, `/karma adjust "code review" -3`.
admin-misread-points = Auf einmal lassen sich 1 bis { $most } Punkte geben oder nehmen, etwa mit `/karma adjust @bob +5`.
admin-misread-merge = Sag, was mit was zusammengelegt werden soll: `/karma merge postgresql into postgres` oder `/karma merge @bob into @bobby`.
admin-misread-mixed = Eine Person und eine Sache lassen sich nicht zusammenlegen, nur zwei Personen oder zwei Sachen: `/karma merge postgresql into postgres`.
admin-misread-itself = Das ist schon dasselbe. Zusammenlegen lassen sich zwei verschiedene: `/karma merge postgresql into postgres`.
admin-misread-unmerge = Sag, was wieder getrennt werden soll: `/karma unmerge postgresql`.
admin-misread-ban = Sag, wessen Stimmen nicht zählen sollen und wie lange: `/karma ban @bob for 7 days`. Ich verstehe hours, days und weeks; `/karma ban @bob` gilt, bis du es aufhebst.
admin-misread-span = Eine Sperre dauert eine Stunde bis zehn Jahre, etwa `/karma ban @bob for 7 days`; `/karma ban @bob` gilt, bis du es aufhebst.
admin-misread-unban = Sag, wessen Sperre aufgehoben werden soll: `/karma unban @bob`.
admin-misread-audit = Ich kann 1 bis { $most } Einträge zeigen, von allen oder zu jemandem: `/karma audit`, `/karma audit 25`, `/karma audit @bob`.

admin-unfit-opted-out = Hier macht jemand nicht mit: Diese Punkte bleiben, wie sie sind. Geändert hat sich nichts.
admin-unfit-too-much = Das wären mehr Punkte, als ich zählen kann. Geändert hat sich nichts.
admin-unfit-already = { $name } ist schon mit { $into } zusammengelegt. `/karma unmerge` macht das rückgängig.
admin-unfit-elsewhere = { $into } ist selbst mit etwas anderem zusammengelegt. Geändert hat sich nichts; `/karma unmerge` macht das vorher rückgängig.
admin-unfit-not-merged = { $name } ist mit nichts zusammengelegt. Geändert hat sich nichts.
admin-unfit-too-long = Diese Namen sind zu lang für ein Formular. Geändert hat sich nichts.
admin-unfit-yourself = Dich selbst kannst du nicht sperren. Geändert hat sich nichts.
admin-unfit-an-admin = { $name } gehört in Slack zu den Admins oder Inhabern, und die lassen sich nicht sperren. Geändert hat sich nichts.
admin-unfit-unchecked = Ich konnte in Slack nicht nachsehen, wer { $name } ist; darum hat sich nichts geändert. Bitte versuch es in einer Minute noch einmal.
admin-unfit-not-banned = { $name } ist nicht gesperrt. Geändert hat sich nichts.

# Titel und Buttons eines Formulars haben höchstens 24 Zeichen.
admin-merge-title = Zusammenlegen
admin-merge-submit = Zusammenlegen
admin-merge-close = Abbrechen
admin-close = Schließen
admin-merge-question = {"*"}{ $name } mit { $into } zusammenlegen?*
admin-merge-scores = { $name } hat { $score ->
    [one] { $score } Punkt
   *[other] { $score } Punkte
  }, { $into } hat { $into-score ->
    [one] { $into-score } Punkt
   *[other] { $into-score } Punkte
  }; danach hat { $into } { $sum }.
admin-merge-what =
    • Alle Punkte gehen über, auf jeder Rangliste, und { $name } steht auf keiner mehr.
    • Von da an zählen Stimmen für { $name } für { $into }, und die Karte von { $name } zeigt die von { $into }.
    • `/karma unmerge` macht es rückgängig: Dann hat jedes wieder, was es hatte; Stimmen, die danach kamen, bleiben bei { $into }.
admin-merge-wait = Ich bin dabei; es dauert noch ein paar Sekunden. Du kannst das hier schließen. `/karma audit` zeigt, wann es fertig ist.
admin-merged = { $name } ist jetzt mit { $into } zusammengelegt. { $into } hatte { $before ->
    [one] { $before } Punkt
   *[other] { $before } Punkte
  } und hat jetzt { $after }.
admin-unmerged = Wieder getrennt: { $name } hat wieder { $score ->
    [one] { $score } Punkt
   *[other] { $score } Punkte
  } und { $into } { $into-score }.
admin-undo-merge = Rückgängig machen

admin-banned = Stimmen von { $name } zählen nicht mehr. `/karma unban` hebt das auf.
admin-banned-until = Stimmen von { $name } zählen bis { $until } nicht. `/karma unban` hebt das vorher auf.
admin-unbanned = Stimmen von { $name } zählen wieder.

# Was getan wurde, je eine Zeile: `20. November um 14:30 · ann: bob gesperrt, …`
admin-acts-title = { $count ->
    [one] Was zuletzt von Admins getan wurde
   *[other] Die letzten { $count } Eingriffe von Admins
  }
admin-acts-older-title = Frühere Eingriffe von Admins
admin-acts-about = { $title }: { $name }
admin-no-acts = Nichts zu zeigen: So etwas hat noch niemand getan.
admin-no-acts-older = Davor gibt es nichts.
admin-acts-older = Frühere
admin-act-line = { $when } · { $by }: { $what }
admin-act-adjust = { $name } { $given }: { $before } → { $after }
admin-act-adjust-for = { $name } { $given } für { $reason }: { $before } → { $after }
admin-act-merge = { $name } ({ $score }) mit { $into } zusammengelegt: { $before } → { $after }
admin-act-unmerge = { $name } wieder von { $into } getrennt: { $into } { $before } → { $after }
admin-act-ban = { $name } gesperrt: { $before } → { $after }
admin-act-unban = Sperre von { $name } aufgehoben: { $before } → { $after }
admin-act-setting = { $name }: { $before } → { $after }
admin-act-setting-in = { $name } in { $channel }: { $before } → { $after }
admin-act-season = Saison begonnen: { $before } → { $after }
admin-act-other = { $act } { $name }: { $before } → { $after }
admin-not-banned = nicht gesperrt
admin-banned-for-good = bis es aufgehoben wird
admin-banned-up-to = bis { $until }
admin-nothing = nichts

# Auf Karten und Verläufen.
admin-entry-adjusted = von Hand angepasst: { $given }
admin-entry-adjusted-for = von Hand angepasst: { $given } für { $reason }
admin-is-merged = { $name } ist mit { $into } zusammengelegt; das hier sind dessen Punkte.
admin-has-merged = Die Punkte von { $names } sind durch Zusammenlegen mit dabei.

# Für Admins, nach der Hilfe zu `/karma`.
admin-help =
    {"*"}Für dich als Admin*
    • `/karma settings`: wie ich hier arbeite; `/karma season Herbst`: Ranglisten beginnen von vorn
    • `/karma adjust @bob +5 because …`: Punkte von Hand
    • `/karma merge postgresql into postgres`, `/karma unmerge postgresql`
    • `/karma ban @bob for 7 days`, `/karma unban @bob`
    • `/karma audit`, `/karma audit 25 @bob`: was Admins getan haben; `/karma fairplay`: wer wem Stimmen gibt
