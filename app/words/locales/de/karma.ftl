# Was über eine Person oder ein Ding gesagt wird: Karten, Verläufe, Suchen, und wie man danach fragt.

# Zuerst drei Zeilen; der Rest kommt mit „Mehr“, höchstens 14 Zeilen. `minutes` ist 0, wo nichts rückgängig geht,
# `boards` everyone, wo man die Plätze von allen sieht.
help-first =
    {"*"}Geben:* Schreib `@bob++ für das Release` in einen Channel, in dem ich bin.
    {"*"}Ansehen:* { $boards ->
        [everyone] `/leaderboard` zeigt die Punkte von allen, `/karma` deine.
       *[own] `/karma` zeigt deine Punkte.
      }
    {"*"}Rückgängig:* { $minutes ->
        [0] Bearbeite oder lösche deine Nachricht.
        [one] `/karma undo`, { $minutes } Minute lang, oder bearbeite oder lösche deine Nachricht.
       *[other] `/karma undo`, { $minutes } Minuten lang, oder bearbeite oder lösche deine Nachricht.
      }
help-more = Mehr
karma-help =
    {"*"}Punkte*
    • `/karma`: deine Karte; { $boards ->
        [everyone] `/karma @bob`, `/karma postgres`, `/karma "code review"`: die einer Person oder eines Dings
       *[own] `/karma postgres`, `/karma "code review"`: die eines Dings
      }
    • `/karma give @bob 2 für das Release`: Punkte ohne Nachricht
    • `/karma history`, { $boards ->
        [everyone] `/karma history @bob`, {""}
       *[own] {""}
      }`/karma history postgres 25`: was zuletzt gegeben wurde, 1 bis 50 Einträge
    • `/karma search release`: Suche nach Wörtern in Begründungen; `"…"`, `or` und `-not` gehen auch
    {"*"}Du*
    • `/karma undo`: { $minutes ->
        [0] hier ausgeschaltet
        [one] macht deine letzten Punkte rückgängig, { $minutes } Minute lang
       *[other] macht deine letzten Punkte rückgängig, { $minutes } Minuten lang
      }
    • `/karma opt-out`: keine Punkte für dich, und du stehst auf keiner Rangliste; `/karma opt-in`: wieder dabei
    • `/karma export`: deine Daten als Datei; `/karma forget-me`: entfernt dich aus allem
    {"*"}Mehr*
    • `/karma seasons`: alle Saisons; { $boards ->
        [off] {""}
       *[own] `/leaderboard`: wer vorn liegt; {""}
      }`/leaderboard help`: wie man Punkte gibt
    Punkte aus einem geschlossenen Channel stehen nur dort.
karma-not-voting = Punkte gibst du mit einer Nachricht: `@bob++ für das Release` in einem Channel, in dem ich bin. `/karma @bob` zeigt eine Karte.
karma-board = `/leaderboard` zeigt, wer vorn liegt.
karma-no-groups = Eine Gruppe hat keine Karte, aber eine Rangliste: Tippe `/leaderboard` und den Namen der Gruppe, oder sieh dir mit `/karma @bob` die Karte von jemandem daraus an.
karma-no-search-words = Darin ist kein Wort, nach dem ich suchen kann. Versuch es mit `/karma search release`.
karma-unclear = „{ $word }“ kenne ich nicht.
karma-did-you-mean = Meinst du `/karma { $command }`?
# Stehen für eine Erwähnung, die getippt wurde oder in einer zu langen Begründung steht.
karma-typed-person = @jemand
karma-typed-group = @gruppe
karma-typed-channel = #channel
karma-try = Versuch es mit `/karma { $command }`.
# Was nach `/karma` zu tippen ist, um Punkte zu geben.
karma-give-example = give @bob 2 für das Release
karma-try-person = Versuch es mit `/karma { $command }`, um Punkte zu geben, oder mit `/karma @bob`, um sie zu sehen.
karma-count = Ich kann 1 bis { $most } Einträge zeigen: `/karma { $command }`.
karma-incomplete = Da fehlt noch etwas, zum Beispiel so: `/karma { $command }`.
karma-more = `/karma help` zeigt, was ich noch kann.

karma-opted-out = { $name } macht nicht mit, darum gibt es nichts zu zeigen.
karma-private = Karten sind hier privat. `/karma` zeigt deine.
karma-deactivated = { $name } ist nicht mehr in diesem Workspace, darum gibt es nichts zu zeigen.
karma-nothing-shown = Es gibt nichts zu zeigen.
karma-unknown = Ich weiß nicht, wer @{ $name } ist. Wähl die Person aus der Liste, die Slack beim Tippen anbietet.
karma-everybody = Für alle auf einmal geht das nicht. Nenn stattdessen Leute, etwa `@bob`.
karma-shared = So heißen hier mehrere: @{ $name }. Wähl die Person, die du meinst, aus der Liste, die Slack beim Tippen anbietet.
karma-no-points = { $name } hat noch keine Punkte.
karma-no-points-own = Du hast noch keine Punkte.
karma-no-past = Zu { $name } gibt es hier noch nichts zu zeigen.
karma-no-past-own = Zu dir gibt es hier noch nichts zu zeigen.
karma-not-found = Nichts gefunden zu „{ $words }“ in den Begründungen, die ich hier zeigen kann.
# $said ist der Satz oben.
karma-not-found-but = { $said } Meinst du den Verlauf von { $name }?

karma-title-own = Dein Karma
karma-past-title = { $count ->
    [one] { $name }: der letzte Eintrag
   *[other] { $name }: die letzten { $count } Einträge
  }
karma-past-title-own = { $count ->
    [one] Dein Verlauf: der letzte Eintrag
   *[other] Dein Verlauf: die letzten { $count } Einträge
  }
karma-found-title = { $count } Treffer für „{ $words }“

karma-week = Woche vom { $days }
# `42 Punkte, 3. Platz`
karma-score = { $points }, { $rank } Platz
karma-given = Insgesamt gegeben
karma-lately-for = Zuletzt für
karma-lately-from = Zuletzt von
karma-lately-to = Zuletzt an
# `Ann, 12 Punkte` und `„the docs“ (12 Punkte)`
karma-sum = { $name }, { $points }
karma-reason-sum = { $reason } ({ $points })
karma-last-votes = Neueste Einträge
karma-lately = „Zuletzt“ umfasst die letzten 1.000 Einträge. Punkte aus einem geschlossenen Channel stehen nur dort.
karma-out = Du machst nicht mit: Du stehst auf keiner Rangliste, und nur du siehst das hier.
# Buttons
karma-history = Verlauf
karma-card = Karte
karma-leaderboard = Rangliste

# Ein Eintrag: `+2 von Ann an Bob: „the docs“ (bearbeitet)`.
karma-from = von { $name }
karma-from-you = von dir
karma-from-someone = von jemandem
karma-to = an { $name }
karma-to-you = an dich
karma-entry-boosted = { $vote } { $factor ->
    [2] (doppelt gezählt)
   *[other] (dreifach gezählt)
  }
karma-entry-edited = { $vote } (bearbeitet)
karma-entry-withdrawn = { $vote } (rückgängig gemacht)
karma-archived = { $points } von früher, als Summe aufbewahrt
karma-imported = { $points } aus einer Datei importiert
karma-imported-withdrawn = { $points } aus einer Datei importiert und wieder entfernt
karma-where = in { $channel }
# Slack setzt einen Tag ein, etwa `gestern`, und eine Uhrzeit.
karma-when = { $day } um { $time }
karma-open = öffnen
