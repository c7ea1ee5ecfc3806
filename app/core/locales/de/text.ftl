# Zahlen und Aufzählungen, wie andere Sätze sie brauchen.

points = { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkte
  }
ordinal = { $number }.
both = { $first } und { $last }
