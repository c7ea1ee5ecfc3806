# Replies to points. $given is the signed points, as text: +1, -2.

# $notes is vote-cut if the message has more points than the maximum, vote-boosted if they count double
# or triple, and empty otherwise.
vote = { score } ({ $given }{ $notes })
vote-cut = , the most at once
vote-boosted = { $factor ->
    [2] , double points
   *[other] , triple points
  }
# $because is the word typed: for, because, cause, cuz, coz, as, since, due to, or another language's.
vote-for = { score } ({ $given } { $because } { $reason }{ $notes })
# Replaces $given above for points by reaction or form: `+1 from ann`.
vote-given-by = { $given } from { $giver }
vote-given-by-workflow = { $given } from { $giver } by a workflow
vote-withdrawn = { score } ({ $given } undone)
# A score that reaches 10, 50, 100 and so on is celebrated.
score = { $name } has { points }{ $event ->
    [milestone] {" "}:tada:
   *[none] {""}
  }
# If replies have no numbers.
noted = Thanks, noted for { $names }
noted-minus = Noted for { $names }
noted-undone = Undone for { $names }
thing = the thing "{ $name }"
the-group = the group
# Below the points of a message that all have this reason: `for the docs`.
votes-why = { $because } { $reason }
# For those that don't fit into one message.
votes-more = and { $count } more
