# Was zu dem gesagt wird, was Leute für sich selbst tun: rückgängig machen, nicht mitmachen, ihre Daten.

self-service-opted-out = Du machst jetzt nicht mehr mit: Niemand kann dir Punkte geben, und du tauchst in keiner Rangliste, Karte oder Suche auf. Deine Punkte bleiben erhalten, und mit `/karma opt-in` bist du wieder dabei.
self-service-was-out = Du machst schon nicht mehr mit. Mit `/karma opt-in` bist du wieder dabei.
self-service-opted-in = Schön, dass du wieder da bist! Du kannst wieder Punkte bekommen, und die alten sind alle noch da.
self-service-was-in = Alles gut: Du bist dabei und kannst Punkte bekommen.
self-service-absent = { $count ->
    [one] { $people } macht nicht mit, darum zähle ich keine Punkte und zeige keinen Punktestand. Dein Dank kommt trotzdem an.
   *[other] { $people } machen nicht mit, darum zähle ich keine Punkte und zeige keinen Punktestand. Dein Dank kommt trotzdem an.
  }

self-service-on-its-way = Deine Daten sind auf dem Weg in unsere Direktnachrichten.
self-service-already-on-its-way = Deine Daten sind schon unterwegs. Gib mir noch eine Minute.
self-service-busy = Ich bin gerade noch mit anderem beschäftigt. Bitte versuch es in einer Minute noch einmal.
self-service-not-delivered = Ich konnte dir deine Daten nicht schicken: Slack hat die Datei nicht angenommen. Bitte versuch es später noch einmal.
self-service-not-gathered = Ich konnte deine Daten gerade nicht zusammenstellen. Bitte versuch es in einer Minute noch einmal.
self-service-file-title = Was { APP() } über mich weiß
self-service-file-comment = Das weiß ich über dich: deine Einstellungen, deinen Punktestand und alles, was du bekommen ({ $received ->
    [one] { $received } Eintrag
   *[other] { $received } Einträge
  }) und gegeben ({ $given ->
    [one] { $given } Eintrag
   *[other] { $given } Einträge
  }) hast.
self-service-file-cut = Von beidem schicke ich höchstens die letzten { $most } Einträge; es gibt noch mehr.

# Wo und wann: `hier, vor 3 Minuten`.
self-service-here = hier
self-service-just-now = gerade eben
self-service-ago = { $minutes ->
    [one] vor { $minutes } Minute
   *[other] vor { $minutes } Minuten
  }
self-service-where-when = { $where }, { $when }
self-service-votes-when = { $votes } ({ $when })
self-service-undone = Rückgängig gemacht: { $votes }.
self-service-offer = Auch das geht noch rückgängig: { $votes }
self-service-undo = Rückgängig machen
self-service-undo-last = Letzte Punkte rückgängig machen
self-service-refused = Dieser Button ist für jemand anderen.
# `minutes` ist 0, wo sich nichts rückgängig machen lässt.
self-service-nothing-to-undo = { $minutes ->
    [0] Es gibt nichts rückgängig zu machen.
    [one] Aus der letzten Minute gibt es nichts rückgängig zu machen. Bei älteren Punkten bearbeite oder lösche die Nachricht, oder nimm deine Reaktion zurück.
   *[other] Aus den letzten { $minutes } Minuten gibt es nichts rückgängig zu machen. Bei älteren Punkten bearbeite oder lösche die Nachricht, oder nimm deine Reaktion zurück.
  }
self-service-too-old = { $minutes ->
    [0] Rückgängig machen ist hier ausgeschaltet. Bearbeite oder lösche stattdessen die Nachricht, dann ändern sich auch ihre Punkte.
    [one] Rückgängig machen geht nur { $minutes } Minute lang. Bearbeite oder lösche stattdessen die Nachricht, dann ändern sich auch ihre Punkte.
   *[other] Rückgängig machen geht nur { $minutes } Minuten lang. Bearbeite oder lösche stattdessen die Nachricht, dann ändern sich auch ihre Punkte.
  }

self-service-no-modal = Ich konnte das Formular in Slack nicht öffnen. Bitte versuch es noch einmal.
# Titel und Buttons des Formulars haben höchstens 24 Zeichen.
self-service-forget-title = Vergiss mich
self-service-forget-close = Alles behalten
# `words` wird in jeder Sprache gleich getippt.
self-service-forget-label = Tippe zur Bestätigung: { $words }
self-service-forget-mistyped = Bitte tippe { $words } ein oder schließ das Formular, um alles zu behalten.
# In Begründungen steht in jeder Sprache „someone“.
self-service-forget-what =
    {"*"}Das lässt sich nicht rückgängig machen.*
    • Überall, wo du Punkte gegeben oder bekommen hast, steht statt deines Namens ein zufälliger.
    • Deine Begründungen werden entfernt. Wo andere dich in ihren erwähnen, steht „someone“.
    • Dein Name, deine Einstellungen und meine Notizen über dich werden gelöscht.
    • Alle anderen behalten ihre Punkte. Deine bleiben bei dem zufälligen Namen, auf keiner Rangliste.
    • Wenn du alte Nachrichten bearbeitest oder löschst, ändern sich keine Punkte mehr.
    • Was Admins getan haben, bleibt aufgeschrieben, auch wo es um dich ging; eine Sperre bleibt auch.
    An das, was in Slack selbst und in Dateien von `/karma export` steht, komme ich nicht heran.
self-service-forget-after = Du kannst jederzeit neu anfangen: Die nächsten Punkte zählen ab null. Wenn du gar nicht gezählt werden willst, nimm `/karma opt-out`.
self-service-forget-wait = Ich bin dabei, nur noch ein paar Sekunden. Du kannst das hier schließen.
self-service-forgotten = Erledigt: Kein Punkt lässt sich mehr dir zuordnen. Die nächsten zählen ab null; mit `/karma opt-out` kommen keine mehr.
self-service-forgotten-out = Erledigt: Kein Punkt lässt sich mehr dir zuordnen. Ich merke mir nur, dass du nicht mitmachst, damit es dabei bleibt.
self-service-not-forgotten = Ich erreiche gerade meine Datenbank nicht, darum wurde nichts gelöscht. Bitte versuch es in einer Minute noch einmal.
