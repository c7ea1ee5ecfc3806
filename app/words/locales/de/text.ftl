# Zahlen, Tage und Aufzählungen, wie andere Sätze sie brauchen.

points = { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkte
  }
# Punkte, die ein Boost vervielfacht haben kann: `2 Punkte (doppelt gezählt)`.
points-boosted = { $factor ->
    [1] { points }
    [2] { points } (doppelt gezählt)
   *[other] { points } (dreifach gezählt)
  }
ordinal = { $number }.
# Jemand, dessen Name nicht bekannt ist.
somebody = jemand
both = { $first } und { $last }
# Die ersten einer Liste: `bob, carol und 3 weitere`.
listed-more = { $listed } und { $count } weitere

quoted = „{ $text }“
with-reason = { $text }: { $reason }
labeled = { $label }: { $text }

date = { $day }. { $month } { $year }
day = { $day }. { $month }
month = { $month } { $year }
# `until` ist ein Datum oder ein Tag desselben Monats.
days-of-month = { $day }.–{ $until }
days = { $since } – { $until }

# Der Button, der ein Formular schließt, und der, der es ohne Änderung verlässt.
close = Schließen
cancel = Abbrechen
