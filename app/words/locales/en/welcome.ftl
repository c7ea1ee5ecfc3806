# Messages after the app was invited into a channel.

# Only to the inviter.
welcome =
    Thanks for inviting me! `@name++` gives somebody a point here, `/leaderboard` shows who leads, and `/karma help` shows the rest.
    Only you see this. Shall I introduce myself to everyone?
# Only to the inviter, if they aren't an admin.
welcome-member =
    Thanks for inviting me! `@name++` gives somebody a point here, `/leaderboard` shows who leads, and `/karma help` shows the rest.
    Only you see this. Admins choose what counts here: `/karma settings`.
# Buttons.
welcome-hello = Post a hello
welcome-settings = Settings for this channel
welcome-said = Done: I've said hello.
welcome-quiet = This channel has become quiet, so I won't say anything here: see *Quiet channels* in `/karma settings`.

# To everybody in the channel. $minutes is how long undo works, 0 if it's off; $minus is one of the sentences below;
# $boards is everyone if people may see everyone's standing.
hello =
    Hi, I'm { APP() }, and I count thanks.
    • `@name++ for the docs` gives somebody a point, `@name+++` two. `"code review"++` works for things.
    • { $boards ->
        [everyone] `/leaderboard` shows who leads, `/karma` your own points.
       *[own] `/karma` shows your own points.
      }
    • { $minutes ->
        [0] Changed your mind? Edit or delete your message.
       *[other] Changed your mind? Type `/karma undo` within { $minutes ->
            [one] a minute
           *[other] { $minutes } minutes
          }, or edit or delete your message.
      }
    • { $minus } Admins can change that: *Minus* in `/karma settings`.
hello-minus-on = `@name--` takes a point away.
hello-minus-things = Minus is only for things, like `"slow builds"--`.
hello-minus-reason = A minus counts only with a reason, like `"slow builds"-- because I waited an hour`.
hello-minus-off = Only plus counts here.
