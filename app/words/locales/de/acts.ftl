# Was zu dem gesagt wird, was Leute für sich selbst tun: zurücknehmen, nicht mitmachen, ihre Daten.

acts-opted-out = Du machst nicht mehr mit. Ab jetzt zählen keine Stimmen mehr für dich, und keine Rangliste, Karte oder Suche zeigt dich. Deine Punkte bleiben aufgehoben, bis du mit `/karma opt-in` zurückkommst.
acts-was-out = Du machst schon nicht mehr mit. Mit `/karma opt-in` bist du wieder dabei.
acts-opted-in = Willkommen zurück. Stimmen für dich zählen wieder, und deine Punkte von früher sind noch da.
acts-was-in = Du machst doch mit: Stimmen für dich zählen schon.
acts-absent = { $count ->
    [one] { $people } macht bei Karma nicht mit. Darum zähle ich für diese Person keine Stimmen und zeige keinen Punktestand. Dein Dank wird trotzdem gelesen.
   *[other] { $people } machen bei Karma nicht mit. Darum zähle ich für sie keine Stimmen und zeige keinen Punktestand. Dein Dank wird trotzdem gelesen.
  }

acts-on-its-way = Deine Daten sind auf dem Weg in unsere Direktnachrichten.
acts-already-on-its-way = Deine Daten sind schon auf dem Weg; gib mir bitte eine Minute.
acts-busy = Ich stelle gerade schon die Daten mehrerer Leute zusammen. Bitte versuch es in einer Minute noch einmal.
acts-not-delivered = Ich konnte dir deine Daten nicht schicken: Slack hat die Datei nicht angenommen. Bitte versuch es später noch einmal; geändert hat sich nichts.
acts-not-gathered = Ich konnte deine Daten nicht zusammenstellen: Meine Datenbank antwortet nicht. Bitte versuch es in einer Minute noch einmal; geändert hat sich nichts.
acts-file-title = Was pptbot über mich weiß
acts-file-comment = Das weiß ich über dich: deine Einstellungen, deine Punkte, { $received ->
    [one] { $received } Stimme, die du bekommen hast,
   *[other] { $received } Stimmen, die du bekommen hast,
  } und { $given }, die du vergeben hast.
acts-file-cut = Von beiden schicke ich höchstens die letzten { $most }; es gibt noch mehr.

# Stimmen: `bob +2 für the docs, carol +1 und 3 weitere`.
acts-vote-for = { $vote } für { $reason }
acts-votes-more = { $votes } und { $count } weitere
# Wo und wann sie vergeben wurden: `hier, vor 3 Minuten`.
acts-here = hier
acts-just-now = gerade eben
acts-ago = { $minutes ->
    [one] vor { $minutes } Minute
   *[other] vor { $minutes } Minuten
  }
acts-where-when = { $where }, { $when }
acts-votes-when = { $votes } ({ $when })
acts-undone = Zurückgenommen: { $votes }.
acts-offer = Das kannst du noch zurücknehmen: { $votes }
acts-undo = Zurücknehmen
acts-undo-last = Meine letzten Stimmen zurücknehmen
acts-refused = Dieser Button ist nicht für dich, also hat sich nichts geändert.
# `minutes` ist 0, wo sich nichts zurücknehmen lässt.
acts-nothing-to-undo = { $minutes ->
    [0] Es gibt nichts zurückzunehmen.
    [one] Es gibt nichts zurückzunehmen: Du hast in der letzten Minute keine Punkte vergeben.
   *[other] Es gibt nichts zurückzunehmen: Du hast in den letzten { $minutes } Minuten keine Punkte vergeben.
  }
acts-too-old = { $minutes ->
    [0] Zurücknehmen ist hier abgeschaltet. Wenn du die Nachricht löschst oder bearbeitest, ändert das ihre Stimmen weiterhin.
    [one] Das ist zu lange her: Stimmen lassen sich { $minutes } Minute lang zurücknehmen. Wenn du die Nachricht löschst oder bearbeitest, ändert das ihre Stimmen weiterhin.
   *[other] Das ist zu lange her: Stimmen lassen sich { $minutes } Minuten lang zurücknehmen. Wenn du die Nachricht löschst oder bearbeitest, ändert das ihre Stimmen weiterhin.
  }

acts-no-modal = Ich konnte das Formular in Slack nicht öffnen. Geändert hat sich nichts; bitte versuch es noch einmal.
acts-form-opened = Ich habe ein Formular geöffnet, in dem steht, was passiert. Noch hat sich nichts geändert.
# Titel und Buttons des Formulars haben höchstens 24 Zeichen.
acts-forget-title = Vergiss mich
acts-forget-submit = Vergiss mich
acts-forget-close = Alles behalten
acts-forget-done = Schließen
# `words` wird in jeder Sprache gleich getippt.
acts-forget-label = Tippe zur Bestätigung: { $words }
acts-forget-mistyped = Bitte tippe genau { $words } ein oder schließ das Formular, um alles zu behalten.
# In Begründungen steht in jeder Sprache „someone“.
acts-forget-what =
    {"*"}Das lässt sich nicht rückgängig machen.*
    • In jeder Stimme, die du vergeben oder bekommen hast, tritt ein zufälliger Name an die Stelle von deinem.
    • Die Begründungen, die du geschrieben hast, werden entfernt. Wo dich Begründungen von anderen erwähnen, steht dann „someone“.
    • Dein Name, deine Einstellungen und was ich mir über dich gemerkt habe, werden gelöscht.
    • Die Punkte aller anderen bleiben, wie sie sind. Deine eigenen bleiben bei dem zufälligen Namen, auf keiner Rangliste.
    • Nachrichten mit diesen Stimmen sind abgeschlossen: Sie zu bearbeiten, ändert nichts mehr.
    • Was Admins getan haben, bleibt aufgeschrieben, auch wo du es warst oder es um dich ging; eine Sperre bleibt auch.
    Was in Slack selbst steht und in den Dateien von `/karma export`, kann ich nicht ändern.
acts-forget-after = Du kannst jederzeit neu anfangen: Die nächste Stimme für dich beginnt bei null. Wenn du gar nicht gezählt werden willst, nimm `/karma opt-out`.
acts-forget-wait = Ich bin dabei; es dauert noch ein paar Sekunden. Du kannst das hier schließen.
acts-forgotten = Fertig: Keine Stimme führt mehr zu dir. Die nächste Stimme für dich beginnt bei null; mit `/karma opt-out` gibt es keine mehr.
acts-forgotten-out = Fertig: Keine Stimme führt mehr zu dir, außer dass du nicht mitmachst: Das bleibt, damit keine Stimmen für dich zählen.
acts-not-forgotten = Das hat nicht geklappt: Meine Datenbank antwortet nicht. Geändert hat sich nichts; bitte versuch es in einer Minute noch einmal.
