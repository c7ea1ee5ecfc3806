# What is said of votes. $given is the points with their sign, as text: +1, -2.

vote = { score } ({ $given })
# $because is the word that was typed: for, because, cause, cuz, coz, as, since or due to.
vote-for = { score } ({ $given } { $because } { $reason })
vote-withdrawn = { score } ({ $given } withdrawn)
score = { $name } has { points }
the-group = the group

refusal-self = Votes for yourself do not count, but it is good to hear that you are proud.
refusal-too-many = That is too many at once: I count at most { $most } in one message, so none did.
refusal-allowance = That is more than you have left today: you can give { points } a day, so this message did not count. Tomorrow there is more.
refusal-group = I could not look up the members of that group, so it got no points.
refusal-opted-out = Somebody you voted for has opted out, so those votes did not count.
