# What somebody is told, alone and once a day, who wrote what looks like points and is none.
# $name is what a person is called.

hint-broadcast = That doesn't count for @here, @channel or @everyone. Mention people or a group instead, like `@ann++ @bob++` or `@team++`.
hint-before = Put the ++ after the name and it counts: `@{ $name }++`
hint-plus-one = A +1 alone doesn't count. To give { $name } a point, type `@{ $name }++`
# $spelling is the name as it was typed after an @.
hint-slip = I counted that for the thing "{ $spelling }". If you meant { $name }, edit your message and pick the name from Slack's list.
