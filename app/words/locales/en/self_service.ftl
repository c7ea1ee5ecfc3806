# What people do for themselves: undo, opt out, get or delete their data.

self-service-opted-out = You're opted out: nobody can give you points, and no board, card or search shows you. Your points are safe, and `/karma opt-in` brings you back.
self-service-was-out = You're already opted out. `/karma opt-in` brings you back.
self-service-opted-in = Welcome back! People can give you points again, and your old ones are right where you left them.
self-service-was-in = You're all set: you're in, and people can give you points.
self-service-absent = { $count ->
    [one] { $people } has opted out, so I don't count points for them or show a score. They can still read your thanks, of course.
   *[other] { $people } have opted out, so I don't count points for them or show their scores. They can still read your thanks, of course.
  }

self-service-on-its-way = Your data is on its way to our direct messages.
self-service-already-on-its-way = Your data is already on its way. Give it a minute.
self-service-busy = I'm busy with other requests right now. Please try again in a minute.
self-service-not-delivered = I couldn't send you your data: Slack didn't accept the file. Please try again later.
self-service-not-gathered = I couldn't put your data together right now. Please try again in a minute.
self-service-file-title = What { APP() } knows about me
self-service-file-comment = Here's what I know about you: your settings, your points, and everything you got ({ $received ->
    [one] { $received } entry
   *[other] { $received } entries
  }) and gave ({ $given ->
    [one] { $given } entry
   *[other] { $given } entries
  }).
self-service-file-cut = I send at most the last { $most } of each; there are more.

# Where and when: `here, 3 minutes ago`.
self-service-here = here
self-service-just-now = just now
self-service-ago = { $minutes ->
    [one] { $minutes } minute ago
   *[other] { $minutes } minutes ago
  }
self-service-where-when = { $where }, { $when }
self-service-votes-when = { $votes } ({ $when })
self-service-undone = Undone: { $votes }.
self-service-offer = You can also undo: { $votes }
self-service-undo = Undo
self-service-undo-last = Undo my last points
self-service-refused = That button is for somebody else.
# `minutes` is 0 if undo is off.
self-service-nothing-to-undo = { $minutes ->
    [0] There's nothing to undo.
    [one] There's nothing to undo from the last minute. For points from before, edit or delete the message, or take your reaction back.
   *[other] There's nothing to undo from the last { $minutes } minutes. For points from before, edit or delete the message, or take your reaction back.
  }
self-service-too-old = { $minutes ->
    [0] Undo is turned off here. Edit or delete the message instead, and its points follow.
    [one] Undo works for { $minutes } minute. Edit or delete the message instead, and its points follow.
   *[other] Undo works for { $minutes } minutes. Edit or delete the message instead, and its points follow.
  }

self-service-no-modal = I couldn't open the form in Slack. Please try again.
# The form's title and buttons have at most 24 characters.
self-service-forget-title = Forget me
self-service-forget-close = Keep everything
# `words` are the same in every language.
self-service-forget-label = Type { $words } to confirm
self-service-forget-mistyped = Please type { $words }, or close this form to keep everything.
# Reasons say “someone” in every language.
self-service-forget-what =
    {"*"}This can't be undone.*
    • Wherever you gave or got points, a random name takes the place of yours.
    • The reasons you wrote are removed. Where other people's reasons mention you, they say "someone".
    • Your name, your settings and my notes about you are deleted.
    • Everybody else keeps their points. Yours stay with the random name, on no board.
    • Editing or deleting your old messages no longer changes any points.
    • The record of what admins did stays, even where it's about you, and so does a ban.
    What's in Slack itself, and in files from `/karma export`, is out of my reach.
self-service-forget-after = You can start over any time: the next points you get begin at zero. If you'd rather not be counted at all, use `/karma opt-out`.
self-service-forget-wait = I'm on it; a few more seconds. You can close this.
self-service-forgotten = Done: no points lead back to you anymore. The next ones you get begin at zero; with `/karma opt-out` there won't be any.
self-service-forgotten-out = Done: no points lead back to you anymore. I only remember that you've opted out, so that you stay out.
self-service-not-forgotten = I can't reach my database right now, so nothing was deleted. Please try again in a minute.
