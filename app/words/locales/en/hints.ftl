# Private hints, once a day, about text that only looks like points. $name is a person's name.

hint-broadcast = That doesn't count for @here, @channel or @everyone. Mention people or a group instead, like `@ann++ @bob++` or `@team++`.
hint-channel = A channel can't get points. For a thing of that name, use quotation marks, like `"dev"++`; for people, mention them or a group.
hint-before = Put the ++ after the name and it counts: `@{ $name }++`
hint-plus-one = That doesn't count yet. To give { $name } a point, type `@{ $name }++`; for three, `@{ $name } += 3`
hint-thread = In a thread, `++` counts on its own, or with `for` or `because` and a reason: `++ for being great`
hint-unpicked = That isn't a mention yet, so it doesn't count. Pick { $name } from the list that Slack opens when you type an @.
# $spelling is the name as typed after an @.
hint-slip = I counted that for the thing "{ $spelling }". If you meant { $name }, edit your message and pick the name from Slack's list.
# $spelling is the emoji without its colons.
hint-currency = Put the :{ $spelling }: right after the name and it counts: @{ $name } :{ $spelling }:
# Below the first points that somebody ever gave. $minutes is how long undo works, 0 if it's off;
# $by is message if they gave them by a message of their own, which they can edit.
hint-first-vote = Those were the first points you gave here.{ $by ->
    [message] { $minutes ->
        [0] {" "}Changed your mind? Edit or delete your message.
       *[other] {" "}Changed your mind? Type `/karma undo` within { hint-first-minutes }, or edit or delete your message.
      }
   *[other] { $minutes ->
        [0] {""}
       *[other] {" "}Changed your mind? Type `/karma undo` within { hint-first-minutes }.
      }
  }
hint-first-minutes = { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
  }
