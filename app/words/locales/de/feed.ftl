# Der Feed: was ein Channel über Punkte erfährt, die in anderen gegeben wurden. $channel ist ein Link.

feed-entry = { $giver } hat { $names } { points } gegeben · in { $channel }
feed-entry-for = { $giver } hat { $names } { points } gegeben: { $reason } · in { $channel }
feed-withdrawn = { $giver } hat Punkte zurückgenommen · in { $channel }
