# Der Feed: was ein Channel über Punkte erfährt, die in anderen gegeben wurden. $channel ist ein Link.

# $many ist, wie viele sie bekommen haben.
feed-given = { $giver } hat { $many ->
    [one] { points-boosted }
   *[other] je { points-boosted }
  } an { $names } gegeben
feed-entry = { feed-given } · in { $channel }
feed-entry-for = { feed-given }: { $reason } · in { $channel }
feed-withdrawn = { $giver } hat Punkte zurückgenommen · in { $channel }
