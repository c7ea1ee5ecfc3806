# Was über eine Person oder ein Ding gesagt wird: Karten, Verläufe, Suchen, und wie man danach fragt.

# Höchstens 14 Zeilen. `minutes` ist 0, wo sich nichts zurücknehmen lässt.
karma-help =
    {"*"}Punkte*
    • `/karma`: deine eigene Karte; `/karma @bob`, `/karma postgres`, `/karma "code review"`: eine andere
    • `/karma history`, `/karma history @bob`, `/karma history postgres 25`: die letzten Stimmen, 1 bis 50
    • `/karma search release`: Stimmen nach den Wörtern ihrer Begründung; `"…"`, `or` und `-not` gehen auch
    {"*"}Deine Stimmen und du*
    • `/karma undo`: { $minutes ->
        [0] nimmt Stimmen zurück; hier abgeschaltet
        [one] nimmt deine letzten Stimmen zurück, { $minutes } Minute lang
       *[other] nimmt deine letzten Stimmen zurück, { $minutes } Minuten lang
      }
    • `/karma opt-out`: du wirst nicht mehr gezählt und gezeigt; `/karma opt-in`: wieder doch
    • `/karma export`: deine Daten als Datei; `/karma forget-me`: nimmt dich aus allem heraus
    {"*"}Mehr*
    • `/karma help`: das hier; `/karma seasons`: alle Saisons; `/leaderboard`: wer vorn liegt; `/leaderboard help`: wie man Punkte vergibt
    Stimmen aus einem privaten Kanal werden nur dort gezeigt.
karma-not-voting = Punkte vergibst du in einer Nachricht, nicht mit einem Befehl: Schreib `@bob++ for das Release` in einen Kanal, in dem ich bin. `/karma @bob` zeigt eine Karte.
karma-no-search-words = Darin ist kein Wort, nach dem ich suchen kann. Versuch es mit `/karma search release`.
karma-unclear = „{ $word }“ kenne ich nicht.
karma-unclear-all = Das habe ich nicht verstanden.
karma-did-you-mean = Meintest du `/karma { $command }`?
# In `/karma search WÖRTER`
karma-words = WÖRTER
# Stehen für eine Erwähnung, die getippt wurde.
karma-typed-person = @jemand
karma-typed-group = @gruppe
karma-typed-channel = #kanal
karma-try = Versuch es mit `/karma @bob`.
karma-more = `/karma help` zeigt, was du noch fragen kannst.

karma-opted-out = { $name } möchte nicht gezählt werden, darum gibt es nichts zu zeigen.
karma-deactivated = { $name } ist hier nicht mehr aktiv, darum gibt es nichts zu zeigen.
karma-nothing-shown = Es gibt nichts zu zeigen.
karma-unknown = Ich weiß nicht, wer @{ $name } ist: Wähl die Person aus der Liste, die Slack beim Tippen anbietet.
karma-no-points = { $name } hat noch keine Punkte.
karma-no-points-own = Du hast noch keine Punkte.
karma-no-past = Es gibt hier keine Stimmen von und für { $name } zu zeigen.
karma-no-past-own = Es gibt hier keine Stimmen von und für dich zu zeigen.
karma-not-found = Keine Stimme, die ich hier zeigen kann, hat „{ $words }“ in der Begründung.

karma-title-own = Dein Karma
karma-past-title = { $count ->
    [one] { $name }: die letzte Stimme
   *[other] { $name }: die letzten { $count } Stimmen
  }
karma-past-title-own = { $count ->
    [one] Deine letzte Stimme
   *[other] Deine letzten { $count } Stimmen
  }
karma-found-title = { $count ->
    [one] { $count } Stimme zu „{ $words }“
   *[other] { $count } Stimmen zu „{ $words }“
  }

karma-all-time = Insgesamt
karma-week = Woche { $days }
# `42 Punkte, 3. Platz`
karma-score = { $points }, { $rank } Platz
karma-given = Insgesamt vergeben
karma-lately-for = Zuletzt für
karma-lately-from = Zuletzt von
karma-lately-to = Zuletzt an
# `Ann, 12 Punkte` und `the docs (12 Punkte)`
karma-sum = { $name }, { $points }
karma-reason-sum = { $reason } ({ $points })
karma-last-votes = Die letzten Stimmen
karma-lately = „Zuletzt“ meint die letzten 1.000 Stimmen. Stimmen aus einem privaten Kanal werden nur dort gezeigt.
karma-out = Du machst nicht mit: Du stehst auf keiner Rangliste, und niemand sonst sieht das hier.
# Buttons
karma-history = Verlauf
karma-card = Karte
karma-leaderboard = Rangliste

# Eine Stimme: `+2 von Ann an Bob für the docs (bearbeitet)`.
karma-from = von { $name }
karma-from-you = von dir
karma-from-someone = von jemandem
karma-to = an { $name }
karma-to-you = an dich
karma-entry-for = { $vote } für { $reason }
karma-entry-edited = { $vote } (bearbeitet)
karma-entry-withdrawn = { $vote }, zurückgenommen
karma-archived = { $points } von früher, als Summe aufbewahrt
karma-imported = { $points } aus einer Datei übernommen
karma-imported-withdrawn = { $points } aus einer Datei übernommen und wieder entfernt
# Steht für eine Erwähnung in einer Begründung, die zu lang ist.
karma-someone = jemand
karma-where = in { $channel }
# Slack setzt einen Tag ein, etwa `gestern`, und eine Uhrzeit.
karma-when = { $day } um { $time }
karma-open = öffnen
