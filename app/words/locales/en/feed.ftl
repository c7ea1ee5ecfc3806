# The feed: what a channel is told of points that were given in others. $channel is a link.

feed-entry = { $giver } gave { $names } { points } · in { $channel }
# $reason is in quotation marks.
feed-entry-for = { $giver } gave { $names } { points }: { $reason } · in { $channel }
feed-withdrawn = { $giver } took points back · in { $channel }
