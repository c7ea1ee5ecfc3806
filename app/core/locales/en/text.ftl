# Numbers and lists, as other phrases use them.

points = { $count ->
    [one] { $count } point
   *[other] { $count } points
  }
ordinal = { ORDINAL($number) ->
    [one] { $number }st
    [two] { $number }nd
    [few] { $number }rd
   *[other] { $number }th
  }
both = { $first } and { $last }
