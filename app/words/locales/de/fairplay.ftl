# `/karma fairplay`: was Admins sich ansehen. Es beschuldigt niemanden.

fairplay-title = Fair Play
fairplay-read = Zahlen, keine Urteile: Für jede davon kann es einen guten Grund geben. Sie sind aus den letzten { $days } Tagen ({ $count ->
    [one] { $count } Eintrag
   *[other] { $count } Einträge
  } im Ledger). Wer nicht mitmacht, ist nicht dabei.
fairplay-read-most = Zahlen, keine Urteile: Für jede davon kann es einen guten Grund geben. Sie sind aus den letzten { $count } Einträgen im Ledger, höchstens { $days } Tage alt; es gibt mehr. Wer nicht mitmacht, ist nicht dabei.
fairplay-nothing = nichts fällt auf

# Überschriften.
fairplay-pairs = Paare, die vor allem füreinander stimmen
fairplay-bursts = Viele Stimmen für dasselbe Ziel in einer Minute
fairplay-toggles = Eine Stimme, immer wieder gegeben und zurückgenommen
fairplay-late = Stimmen, die nach mehr als einer Stunde geändert wurden

# Prozent aller Stimmen, die jemand gegeben hat.
fairplay-pair = { $one } und { $other }: { $oneGave } Stimmen ({ $oneShare } % von dem, was { $one } gab) und { $otherGave } zurück ({ $otherShare } % von dem, was { $other } gab)
fairplay-burst = { $giver } für { $target }: { $count } Stimmen
fairplay-toggle = { $giver } für { $target }: { $count }-mal zurückgenommen
fairplay-change = { $giver }: { $raised ->
    [one] { $raised } Stimme erhöht
   *[other] { $raised } Stimmen erhöht
  }, { $reworded ->
    [one] { $reworded } Grund geändert
   *[other] { $reworded } Gründe geändert
  }

fairplay-refusals = { $count ->
    [one] { $count } Stimme wurde in den letzten { $days } Tagen nicht gezählt: { $reasons }.
   *[other] { $count } Stimmen wurden in den letzten { $days } Tagen nicht gezählt: { $reasons }.
  }
fairplay-no-refusals = In den letzten { $days } Tagen wurden alle Stimmen gezählt.
fairplay-refused = { $reason } { $count }

# Warum Stimmen nicht zählten, in Kürze: `für sich selbst 3, Tageslimit 2`.
refused-self = für sich selbst
refused-too-many = zu viele auf einmal
refused-allowance = Tageslimit
refused-cooldown = zu bald wieder
refused-group = unbekannte Gruppe
refused-opted-out = nicht dabei
refused-minus-off = Minus
refused-minus-things = Minus für Menschen
refused-minus-reason = Minus ohne Grund
refused-things = für Dinge
refused-banned = gesperrt
refused-stranger = andere Organisationen
refused-other = andere Gründe
