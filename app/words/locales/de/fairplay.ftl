# `/karma fairplay`: was Admins sich ansehen. Es beschuldigt niemanden.

fairplay-title = Fair Play
fairplay-read = Das sind Zahlen, keine Urteile: Für jede kann es gute Gründe geben. Sie sind aus den letzten { $days } Tagen ({ $count ->
    [one] { $count } Eintrag
   *[other] { $count } Einträge
  }), ohne die, die nicht mitmachen.
fairplay-read-most = Das sind Zahlen, keine Urteile: Für jede kann es gute Gründe geben. Sie sind aus den letzten { $count } Einträgen, höchstens { $days } Tage alt, ohne die, die nicht mitmachen.
fairplay-nothing = Es fällt nichts auf: keine Paare, die vor allem einander Punkte geben, keine Häufungen innerhalb einer Minute, nichts immer wieder gegeben und rückgängig gemacht, keine späten Bearbeitungen.
fairplay-nothing-else = Sonst fällt nichts auf.

# Überschriften.
fairplay-pairs = Paare, die vor allem einander Punkte geben
fairplay-bursts = Oft an dieselbe Person oder dasselbe Ding, innerhalb einer Minute
fairplay-toggles = Immer wieder gegeben und rückgängig gemacht
fairplay-late = Nach mehr als einer Stunde bearbeitet

# Prozent von allem, was jemand gegeben hat.
fairplay-pair = { $one } und { $other }: { $oneGave }-mal ({ $oneShare } % von dem, was { $one } gab) und { $otherGave }-mal zurück ({ $otherShare } % von dem, was { $other } gab)
fairplay-burst = { $giver } an { $target }: { $count }-mal
fairplay-toggle = { $giver } an { $target }: { $count }-mal rückgängig gemacht
fairplay-change = { $giver }: { $raised }-mal Punkte erhöht, { $reworded ->
    [one] { $reworded } Begründung geändert
   *[other] { $reworded } Begründungen geändert
  }

fairplay-refusals = Nicht gezählt in den letzten { $days } Tagen: { $count }-mal ({ $reasons }).
fairplay-no-refusals = In den letzten { $days } Tagen hat alles gezählt.
fairplay-refused = { $reason } { $count }

# Warum Punkte nicht zählten, in Kürze: `für sich selbst 3, Tageslimit 2`.
refused-self = für sich selbst
refused-too-many = zu viele auf einmal
refused-allowance = Tageslimit
refused-cooldown = zu bald wieder
refused-group = unbekannte Gruppe
refused-opted-out = nicht dabei
refused-minus-off = Minuspunkte
refused-minus-things = Minus für Leute
refused-minus-reason = Minus ohne Begründung
refused-things = für Dinge
refused-banned = gesperrt
refused-stranger = Externe
refused-closed = Punkte ausgeschaltet
refused-other = andere Gründe
