# What admins are told of what they do by hand: adjusting, merging, banning, and what was done.

# People's names are put in; `given` is the points with their sign, as text.
admin-adjusted = { $name } had { $before ->
    [one] { $before } point
   *[other] { $before } points
  } and has { $after } now ({ $given }).
admin-adjusted-for = { $name } had { $before ->
    [one] { $before } point
   *[other] { $before } points
  } and has { $after } now ({ $given } for { $reason }).

admin-misread-adjust = Say for whom or what, and how many points, with a plus or a minus: `/karma adjust @bob +5 because of the release`, `/karma adjust "code review" -3`.
admin-misread-points = One adjustment gives or takes 1 to { $most } points, as in `/karma adjust @bob +5`.
admin-misread-merge = Say what is to be merged into what: `/karma merge postgresql into postgres`, or `/karma merge @bob into @bobby`.
admin-misread-mixed = A person and a thing cannot be merged, only two people or two things: `/karma merge postgresql into postgres`.
admin-misread-itself = Those are the same already. Two different ones can be merged: `/karma merge postgresql into postgres`.
admin-misread-unmerge = Say which merge is to be taken back: `/karma unmerge postgresql`.
admin-misread-ban = Say whose votes are not to count, and for how long: `/karma ban @bob for 7 days`. Hours, days and weeks are understood; `/karma ban @bob` lasts until it is lifted.
admin-misread-span = A ban lasts from one hour to ten years, as in `/karma ban @bob for 7 days`; `/karma ban @bob` lasts until it is lifted.
admin-misread-unban = Say whose ban is to be lifted: `/karma unban @bob`.
admin-misread-audit = From 1 to { $most } acts can be shown, of everybody or about one: `/karma audit`, `/karma audit 25`, `/karma audit @bob`.

admin-unfit-opted-out = Somebody there has opted out: their points stay as they are. Nothing has changed.
admin-unfit-too-much = That would be more points than I can count. Nothing has changed.
admin-unfit-already = { $name } is merged into { $into } already. `/karma unmerge` takes that back.
admin-unfit-elsewhere = { $into } is itself merged into another. Nothing has changed; `/karma unmerge` takes that back first.
admin-unfit-not-merged = { $name } is not merged into anything. Nothing has changed.
admin-unfit-too-long = Those names are too long for a form. Nothing has changed.
admin-unfit-yourself = You cannot ban yourself. Nothing has changed.
admin-unfit-an-admin = { $name } is an admin or owner in Slack, and those cannot be banned. Nothing has changed.
admin-unfit-unchecked = I could not check in Slack who { $name } is, so nothing has changed. Please try again in a minute.
admin-unfit-not-banned = { $name } is not banned. Nothing has changed.

# The title and the buttons of a form have at most 24 characters.
admin-merge-title = Merge
admin-merge-submit = Merge
admin-merge-close = Cancel
admin-close = Close
admin-merge-question = {"*"}Merge { $name } into { $into }?*
admin-merge-scores = { $name } has { $score ->
    [one] { $score } point
   *[other] { $score } points
  }, { $into } has { $into-score ->
    [one] { $into-score } point
   *[other] { $into-score } points
  }; then { $into } has { $sum }.
admin-merge-what =
    • All points go over, on every board, and { $name } is on none of them any more.
    • From then on, votes for { $name } count for { $into }, and the card of { $name } shows that of { $into }.
    • `/karma unmerge` takes it back: then each has what it had, but votes that came after the merge stay with { $into }.
admin-merge-wait = I am at it; it takes a few seconds more. You can close this. `/karma audit` shows when it is done.
admin-merged = { $name } is merged into { $into }, which had { $before ->
    [one] { $before } point
   *[other] { $before } points
  } and has { $after } now.
admin-unmerged = The merge is taken back: { $name } has { $score ->
    [one] { $score } point
   *[other] { $score } points
  } again, and { $into } { $into-score }.
admin-undo-merge = Take it back

admin-banned = Votes by { $name } no longer count. `/karma unban` lifts that.
admin-banned-until = Votes by { $name } do not count until { $until }. `/karma unban` lifts that before.
admin-unbanned = Votes by { $name } count again.

# What was done, one line each: `20 November at 14:30 · ann: banned bob until …`
admin-acts-title = { $count ->
    [one] The last act of an admin
   *[other] The last { $count } acts of admins
  }
admin-acts-older-title = Earlier acts of admins
admin-acts-about = { $title }: { $name }
admin-no-acts = Nothing to show: no admin has done anything of that kind yet.
admin-no-acts-older = There is nothing before that.
admin-acts-older = Earlier
admin-act-line = { $when } · { $by }: { $what }
admin-act-adjust = { $name } { $given }: { $before } → { $after }
admin-act-adjust-for = { $name } { $given } for { $reason }: { $before } → { $after }
admin-act-merge = merged { $name } ({ $score }) into { $into }: { $before } → { $after }
admin-act-unmerge = took the merge of { $name } into { $into } back: { $into } { $before } → { $after }
admin-act-ban = banned { $name }: { $before } → { $after }
admin-act-unban = lifted the ban of { $name }: { $before } → { $after }
admin-act-setting = { $name }: { $before } → { $after }
admin-act-setting-in = { $name } in { $channel }: { $before } → { $after }
admin-act-season = began a season: { $before } → { $after }
admin-act-other = { $act } { $name }: { $before } → { $after }
admin-not-banned = not banned
admin-banned-for-good = until it is lifted
admin-banned-up-to = until { $until }
admin-nothing = nothing

# On cards and histories.
admin-entry-adjusted = adjusted by { $given }
admin-entry-adjusted-for = adjusted by { $given } for { $reason }
admin-is-merged = { $name } is merged into { $into }, whose points these are.
admin-has-merged = The points of { $names } are among these, by a merge.

# For admins, after the help of `/karma`.
admin-help =
    {"*"}For you as an admin*
    • `/karma settings`: how I work here; `/karma season Autumn`: boards start afresh
    • `/karma adjust @bob +5 because …`: points by hand
    • `/karma merge postgresql into postgres`, `/karma unmerge postgresql`
    • `/karma ban @bob for 7 days`, `/karma unban @bob`
    • `/karma audit`, `/karma audit 25 @bob`: what admins did; `/karma fairplay`: who votes for whom
