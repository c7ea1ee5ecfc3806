# Numbers, days and lists, for use in other phrases.

points = { $count ->
    [one] { $count } point
   *[other] { $count } points
  }
# Points that a boost may have multiplied: `2 points (doubled)`.
points-boosted = { $factor ->
    [1] { points }
    [2] { points } (doubled)
   *[other] { points } (tripled)
  }
ordinal = { ORDINAL($number) ->
    [one] { $number }st
    [two] { $number }nd
    [few] { $number }rd
   *[other] { $number }th
  }
# Somebody whose name isn't known.
somebody = somebody
both = { $first } and { $last }
# The first ones of a list: `bob, carol, and 3 more`.
listed-more = { $listed }, and { $count } more

quoted = "{ $text }"
with-reason = { $text }: { $reason }
labeled = { $label }: { $text }

date = { $day } { $month } { $year }
day = { $day } { $month }
month = { $month } { $year }
# `until` is a date or a day of the same month.
days-of-month = { $day }–{ $until }
days = { $since } – { $until }

# The button that closes a form, and the one that leaves it without a change.
close = Close
cancel = Cancel
