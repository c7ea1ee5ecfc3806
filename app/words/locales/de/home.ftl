# Was die Startseite der einen Person sagt, die sie sieht.

home-title = Dein Karma
home-welcome = Willkommen bei pptbot
home-first =
    Hier findest du deine Punkte, deine letzten Stimmen und wer vorn liegt. Noch hast du keine, also fang bei anderen an: Schreib in einem Kanal, in dem ich bin,

    • `@jemand++ for das Release`, um einen Punkt zu geben, `@jemand+++` für zwei
    • `postgres++`, um einem Ding zu danken, `"code review"++`, wenn sein Name mehrere Wörter hat
    • `++ for die Anleitung` als Antwort in einem Thread, um der Person zu danken, die ihn begonnen hat
home-no-channel =
    {"*"}Ich bin noch in keinem Kanal, also kann niemand abstimmen.* Um mich einzuladen, öffne einen Kanal und schreib dort:
    ```/invite @pptbot```
    In privaten Kanälen geht es genauso. Ich höre nur die Kanäle, in denen ich bin.
home-out-title = Du machst nicht mit
home-out = Stimmen für dich zählen nicht, und keine Rangliste, Karte oder Suche zeigt dich. Deine Punkte bleiben aufgehoben: Mit dem Button unten oder mit `/karma opt-in` kommst du zurück, und sie sind noch da.

# Das sind auch Buttons.
home-week = Diese Woche
home-month = Dieser Monat
home-season = Diese Saison
home-all = Insgesamt
home-received = Die letzten Stimmen für dich
home-given = Die letzten Stimmen von dir
home-gave = Von dir vergeben
home-gave-none = Noch nichts
home-none-received = Keine, die ich hier zeigen kann.
home-none-given = Noch keine: `@jemand++ for das Release` gibt einen Punkt.
home-private = Stimmen aus einem privaten Kanal werden nur dort gezeigt.

# `rank` ist `3.`.
home-standing = { $rank } Platz mit { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkten
  }
home-behind = { $count ->
    [one] { $count } Punkt hinter { $name }
   *[other] { $count } Punkte hinter { $name }
  }
home-leads = Niemand liegt vor dir
home-nothing = Noch keine Punkte
home-gave-rank = { $rank } Platz unter den Gebenden
home-allowance = { $of ->
    [one] Du kannst heute noch { $left } von deinem { $of } Punkt vergeben.
   *[other] Du kannst heute noch { $left } von deinen { $of } Punkten vergeben.
  }
home-allowance-spent = { $of ->
    [one] Du hast deinen { $of } Punkt für heute vergeben. Morgen gibt es wieder einen.
   *[other] Du hast heute alle deine { $of } Punkte vergeben. Morgen gibt es wieder welche.
  }
# Slack setzt einen Zeitpunkt ein: `heute um 14:30`.
home-as-of = Stand: { $moment }. Nach dem Öffnen folgt diese Seite zehn Minuten lang deinen Stimmen.

# Buttons; Titel von Formularen haben höchstens 24 Zeichen, Antworten auf eine Frage 30.
home-help = Hilfe
home-help-title = So funktioniert pptbot
home-help-close = Schließen
home-opt-out = Nicht mehr mitmachen
home-opt-in = Wieder mitmachen
home-confirm-title = Nicht mehr bei Karma mitmachen?
home-confirm = Stimmen für dich zählen dann nicht mehr, und keine Rangliste, Karte oder Suche zeigt dich. Deine Punkte bleiben aufgehoben, und du kannst jederzeit zurückkommen.
home-confirm-yes = Nicht mehr mitmachen
home-confirm-no = Dabeibleiben
