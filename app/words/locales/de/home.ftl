# Was die Startseite der einen Person sagt, die sie sieht.

home-title = Dein Karma
home-welcome = Willkommen!
home-first =
    Hier stehen bald deine Punkte. Fang am besten damit an, jemandem zu danken: Schreib in einem Channel, in dem ich bin

    • `@jemand++ für das Release`, um einen Punkt zu geben, `@jemand+++` für zwei
    • `postgres++`, um einem Ding zu danken, `"code review"++`, wenn sein Name mehrere Wörter hat
    • `++ für die Anleitung` in einem Thread, um der Person zu danken, die ihn begonnen hat
# Für die, die sich um den Workspace kümmern.
home-missing-scopes = { $count ->
    [one] {"*"}Mir fehlt eine Berechtigung in Slack:* { $scopes }. Bis ich sie habe, geht manches nicht.
   *[other] {"*"}Mir fehlen Berechtigungen in Slack:* { $scopes }. Bis ich sie habe, geht manches nicht.
  } Füge sie auf api.slack.com/apps unter *OAuth & Permissions* hinzu und installiere die App danach noch einmal.
home-absent = {"*"}In { $channel } kann ich nichts posten,* obwohl dort Rückblicke oder alle Punkte erscheinen sollen. Lade mich dort mit `/invite @{ APP() }` ein oder wähle in den Einstellungen einen anderen Channel, wenn dieser archiviert ist.
home-refusing = {"*"}In { $channel } darf ich nichts posten* (Slack meldet `{ $reason }`). Punkte, die dort vergeben werden, zählen, aber niemand sieht meine Antworten. Wer den Channel verwaltet, kann mir das Posten erlauben oder mich daraus entfernen.
home-setup = {"*"}Los geht’s.* Welche Sprache soll ich hier sprechen, und in welcher Zeitzone beginnen eure Tage? Deine habe ich schon eingetragen.
home-setup-button = Sprache und Zeitzone
home-no-channel =
    {"*"}Ich bin noch in keinem Channel.* Um mich einzuladen, öffne einen Channel und schreib dort:
    ```/invite @{ APP() }```
    In geschlossenen Channels geht es genauso. Ich sehe nur Channels, in denen ich bin.
home-out-title = Du machst nicht mit
home-out = Niemand kann dir Punkte geben, und du tauchst in keiner Rangliste, Karte oder Suche auf. Deine Punkte bleiben erhalten: Mit dem Button unten oder mit `/karma opt-in` bist du wieder dabei.

home-received = Zuletzt bekommen
home-given = Zuletzt gegeben
home-gave = Von dir gegeben
home-gave-none = Noch nichts
home-none-received = Noch nichts, was ich hier zeigen kann.
home-none-given = Noch nichts: `@jemand++ für das Release` gibt einen Punkt.
home-private = Punkte aus einem geschlossenen Channel stehen nur dort.

# `rank` ist `3.`.
home-standing = { $rank } Platz mit { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkten
  }
home-behind = { $count ->
    [one] { $count } Punkt hinter { $name }
   *[other] { $count } Punkte hinter { $name }
  }
home-nothing = Noch keine Punkte
home-gave-rank = { $rank } Platz beim Geben
home-allowance = { $of ->
    [one] Du kannst heute noch deinen Punkt geben.
   *[other] Du kannst heute noch { $left } von deinen { $of } Punkten geben.
  }
home-allowance-spent = { $of ->
    [one] Du hast deinen Punkt für heute gegeben. Morgen gibt es wieder einen.
   *[other] Du hast alle deine { $of } Punkte für heute gegeben. Morgen gibt es wieder welche.
  }
# Slack setzt einen Zeitpunkt ein: `heute um 14:30`.
home-as-of = Stand: { $moment }

# Buttons; Titel von Formularen haben höchstens 24 Zeichen, Antworten auf eine Frage 30.
home-give = Karma geben
home-help = Hilfe
home-help-title = So geht’s
home-opt-out = Nicht mehr mitmachen
home-opt-in = Wieder mitmachen
home-confirm-title = Nicht mehr mitmachen?
home-confirm = Niemand kann dir dann Punkte geben, und du tauchst in keiner Rangliste, Karte oder Suche mehr auf. Deine Punkte bleiben erhalten, und du kannst jederzeit zurückkommen.
home-confirm-yes = Nicht mehr mitmachen
home-confirm-no = Dabeibleiben
