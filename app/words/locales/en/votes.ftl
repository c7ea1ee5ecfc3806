# What is said of votes. $given is the points with their sign, as text: +1, -2.

vote = { score } ({ $given })
# $because is the word that was typed: for, because, cause, cuz, coz, as, since or due to.
vote-for = { score } ({ $given } { $because } { $reason })
# What stands for $given above where a reaction or a form gave it: `+1 from ann`.
vote-given-by = { $given } from { $giver }
vote-given-by-workflow = { $given } from { $giver } by a workflow
vote-withdrawn = { score } ({ $given } withdrawn)
score = { $name } has { points }
the-group = the group
# Below the votes of a message that all have this reason: `for the docs`.
votes-why = { $because } { $reason }
# What stands for votes that one message has no room for.
votes-more = and { $count } more
