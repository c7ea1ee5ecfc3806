# What is said of what people do about themselves: taking back, opting out, their data.

acts-opted-out = You have opted out. From now on votes for you do not count, and no board, card or search shows you. Your points are kept for the day you come back with `/karma opt-in`.
acts-was-out = You have opted out already. `/karma opt-in` brings you back.
acts-opted-in = Welcome back. Votes for you count again, and the points from before are there as they were.
acts-was-in = You have not opted out, so your votes count already.
acts-absent = { $count ->
    [one] { $people } has opted out of karma, so I neither count votes for this person nor show a score. Your thanks are read all the same.
   *[other] { $people } have opted out of karma, so I neither count votes for these people nor show a score. Your thanks are read all the same.
  }

acts-on-its-way = Your data is on its way to our direct messages.
acts-already-on-its-way = Your data is on its way already; please give it a minute.
acts-busy = I am gathering the data of several people already. Please try again in a minute.
acts-not-delivered = I could not send you your data: Slack would not take the file. Please try again later; nothing has changed.
acts-not-gathered = I could not gather your data: my database does not answer. Please try again in a minute; nothing has changed.
acts-file-title = What pptbot knows of me
acts-file-comment = Here is what I know of you: your settings, your points, { $received ->
    [one] { $received } vote
   *[other] { $received } votes
  } that you got and { $given } that you gave.
acts-file-cut = Of each I send at most the last { $most }; there are more.

# Votes: `bob +2 for the docs, carol +1, and 3 more`.
acts-vote-for = { $vote } for { $reason }
acts-votes-more = { $votes }, and { $count } more
# Where they were given and when: `here, 3 minutes ago`.
acts-here = here
acts-just-now = just now
acts-ago = { $minutes ->
    [one] { $minutes } minute ago
   *[other] { $minutes } minutes ago
  }
acts-where-when = { $where }, { $when }
acts-votes-when = { $votes } ({ $when })
acts-undone = Taken back: { $votes }.
acts-offer = You can still take back: { $votes }
acts-undo = Take back
acts-undo-last = Take back my last votes
acts-refused = That button is not yours to press, so nothing has changed.
# `minutes` is 0 where nothing can be taken back.
acts-nothing-to-undo = { $minutes ->
    [0] There is nothing to take back.
    [one] There is nothing to take back: you gave no points in the last { $minutes } minute.
   *[other] There is nothing to take back: you gave no points in the last { $minutes } minutes.
  }
acts-too-old = { $minutes ->
    [0] Taking back is switched off here. Deleting the message, or editing it, still changes its votes.
    [one] That is too old: votes can be taken back for { $minutes } minute. Deleting the message, or editing it, still changes its votes.
   *[other] That is too old: votes can be taken back for { $minutes } minutes. Deleting the message, or editing it, still changes its votes.
  }

acts-no-modal = I could not open the form in Slack. Nothing has changed; please try again.
acts-form-opened = I have opened a form that says what happens. Nothing has changed yet.
# The form's title and buttons have at most 24 characters.
acts-forget-title = Forget me
acts-forget-submit = Forget me
acts-forget-close = Keep everything
acts-forget-done = Close
# `words` are typed alike in every language.
acts-forget-label = Type { $words } to confirm
acts-forget-mistyped = Please type { $words }, or close this form to keep everything.
# Reasons say “someone” in every language.
acts-forget-what =
    {"*"}This cannot be undone.*
    • In every vote that you gave or got, a random name takes the place of yours.
    • The reasons that you wrote are removed. Where reasons of others mention you, they say “someone”.
    • Your name, your settings and what I noted about you are deleted.
    • The points of everybody else stay as they are. Your own stay with the random name, on no board.
    • Messages with those votes are closed: editing one changes nothing any more.
    • What admins did stays written down, also where it was you, or about you; and a ban stays.
    What stands in Slack itself, and in the files of `/karma export`, is not mine to change.
acts-forget-after = You can start anew at any time: the next vote for you begins at zero. If you would rather not be counted at all, use `/karma opt-out`.
acts-forget-wait = I am at it; this takes a few seconds more. You can close this.
acts-forgotten = Done: no vote leads back to you any more. The next vote for you begins at zero; with `/karma opt-out` there will be none.
acts-forgotten-out = Done: no vote leads back to you any more, except that you have opted out: that stays, so that no votes for you count.
acts-not-forgotten = I could not do it: my database does not answer. Nothing has changed; please try again in a minute.
