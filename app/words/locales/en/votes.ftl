# What is said of points that were given. $given is the points with their sign, as text: +1, -2.

# $notes is vote-cut where more points were written than one message may give, and vote-boosted where
# they count double or three times; else nothing.
vote = { score } ({ $given }{ $notes })
vote-cut = , the most at once
vote-boosted = { $factor ->
    [2] , double points
   *[other] , triple points
  }
# $because is the word that was typed: for, because, cause, cuz, coz, as, since, due to, or another language's.
vote-for = { score } ({ $given } { $because } { $reason }{ $notes })
# Where no word was typed, $reason is in quotation marks.
vote-quoted = { score } ({ $given }: { $reason }{ $notes })
# What stands for $given above where a reaction or a form gave it: `+1 from ann`.
vote-given-by = { $given } from { $giver }
vote-given-by-workflow = { $given } from { $giver } by a workflow
vote-withdrawn = { score } ({ $given } undone)
# A score that reaches 10, 50, 100 and so on is celebrated.
score = { $name } has { points }{ $event ->
    [milestone] {" "}:tada:
   *[none] {""}
  }
# Where answers have no numbers.
noted = Thanks, noted for { $names }
noted-minus = Noted for { $names }
noted-undone = Undone for { $names }
thing = the thing "{ $name }"
the-group = the group
# Below the points of a message that all have this reason: `for the docs`.
votes-why = { $because } { $reason }
# What stands for those that one message has no room for.
votes-more = and { $count } more
