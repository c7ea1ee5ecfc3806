# Admins' commands: adjusting, merging, banning, and the audit.

# Names are people's; `given` is the signed points, as text.
admin-adjusted = { $name } had { $before ->
    [one] { $before } point
   *[other] { $before } points
  } and now has { $after } ({ $given }).

admin-misread-adjust = Say who or what it's for, and how many points, with a plus or a minus: `/karma adjust @bob +5 because of the release`, `/karma adjust "code review" -3`.
admin-misread-points = You can add or take 1 to { $most } points at once: `/karma adjust @bob +5`.
admin-misread-merge = Say what to merge into what: `/karma merge postgresql into postgres`, or `/karma merge @bob into @bobby`.
admin-misread-mixed = You can merge two people or two things, but not one of each: `/karma merge postgresql into postgres`.
admin-misread-itself = Those two are already the same. Name two different ones: `/karma merge postgresql into postgres`, or `/karma merge "Yahoo!" into yahoo` if a name ends with punctuation.
admin-misread-unmerge = Say which merge to undo: `/karma unmerge postgresql`.
admin-misread-ban = Say who can't give points, and for how long: `/karma ban @bob for 7 days`. Hours, days and weeks all work; `/karma ban @bob` lasts until you lift it.
admin-misread-span = A ban lasts from one hour to ten years: `/karma ban @bob for 7 days`. Just `/karma ban @bob` lasts until you lift it.
admin-misread-unban = Say whose ban to lift: `/karma unban @bob`.
admin-misread-audit = I can show 1 to { $most } actions, all or just those about one person or thing: `/karma audit`, `/karma audit 25`, `/karma audit @bob`.

admin-unfit-opted-out = Somebody there has opted out, so their points stay as they are.
admin-unfit-left = { $into } has left this workspace, so no board would show { $name }. Merge the other way round.
admin-unfit-too-much = That would be too many: a score can be { $most } at most.
admin-unfit-already = { $name } is already merged into { $into }. `/karma unmerge` undoes that.
admin-unfit-elsewhere = { $into } is itself merged into something else. Undo that first with `/karma unmerge`.
admin-unfit-not-merged = { $name } isn't merged into anything.
admin-unfit-too-long = Those names are too long for a form.
admin-unfit-yourself = You can't ban yourself, or lift your own ban.
admin-unfit-an-admin = { $name } is an admin or owner in Slack, and they can't be banned.
admin-unfit-unchecked = Slack didn't tell me who { $name } is. Please try again in a minute.
admin-unfit-not-banned = { $name } isn't banned.

# The title and the buttons of a form have at most 24 characters.
admin-merge-title = Merge
admin-merge-question = {"*"}Merge { $name } into { $into }?*
admin-merge-scores = { $name } has { $score ->
    [one] { $score } point
   *[other] { $score } points
  } and { $into } has { $into-score ->
    [one] { $into-score } point
   *[other] { $into-score } points
  }. Together that's { $sum } for { $into }.
admin-merge-what =
    • All points move over, on every board, and no board shows { $name } anymore.
    • From then on, points for { $name } go to { $into }, and { $name }'s card shows { $into }'s.
    • `/karma unmerge` undoes it: both get back what they had, but points given after the merge stay with { $into }.
admin-wait = I'm on it; a few more seconds. You can close this: `/karma audit` shows when it's done.
admin-merged = { $name } is now merged into { $into }, whose score was { $before } and is now { $after }.
admin-unmerged = The merge is undone: { $name } has { $score ->
    [one] { $score } point
   *[other] { $score } points
  } again, and { $into } has { $into-score }.
admin-undo-merge = Undo

admin-banned = Points from { $name } no longer count. `/karma unban` lifts that.
admin-banned-until = Points from { $name } don't count until { $until }. `/karma unban` lifts that sooner.
admin-unbanned = Points from { $name } count again.
admin-bans = Points from these people don't count. `/karma unban @bob` lifts a ban.
admin-bans-line = • { $name }: { $ends }
admin-bans-more = … and { $count } more
admin-no-bans = Nobody is banned.

# The audit, one line per action: `20 November at 14:30 · ann: ban of bob: none → until lifted`
admin-audit-title = { $count ->
    [one] Admins: the last action
   *[other] Admins: the last { $count } actions
  }
admin-audit-older-title = Admins: earlier actions
admin-audit-about = { $title }: { $name }
admin-no-acts = All quiet: no admin has stepped in so far.
admin-no-acts-about = No admin has done anything about "{ $name }" so far. `/karma audit` shows all actions, `/karma audit @bob` those about one person or thing.
admin-no-acts-older = That's all; there's nothing before this.
admin-audit-older = Earlier
admin-act-line = { $when } · { $by }: { $what }
admin-act-adjust = { $name } { $given }: { $before } → { $after }
admin-act-merge = merged { $name } ({ $score }) into { $into }: { $before } → { $after }
admin-act-unmerge = undid the merge of { $name } into { $into }: { $into } { $before } → { $after }
admin-act-ban = ban of { $name }: { $before } → { $after }
admin-act-setting = { $name }: { $before } → { $after }
admin-act-setting-in = { $name } in { $channel }: { $before } → { $after }
admin-act-season = began a season: { $before } → { $after }
admin-act-boost = changed a boost: { $before } → { $after }
admin-act-other = { $act } { $name }: { $before } → { $after }
admin-not-banned = none
admin-banned-for-good = until lifted
admin-banned-up-to = until { $until }
admin-nothing = nothing

# On cards and histories.
admin-entry-adjusted = { $given } by an admin
admin-is-merged = { $name } is merged into { $into }: these are the points of both.
admin-has-merged = These points include those of { $names }, by a merge.

# For admins, after the help of `/karma`.
admin-help =
    {"*"}For you as an admin*
    • `/karma settings`: how I work here; `/karma season Autumn`: fresh boards
    • `/karma boost 2h "Release day"`: double points for a while; `/karma boosts`: all of them
    • `/karma adjust @bob +5 because …`: points by hand
    • `/karma merge postgresql into postgres`, `/karma unmerge postgresql`
    • `/karma ban @bob for 7 days`, `/karma unban @bob`; `/karma bans`: all of them
    • `/karma audit`, `/karma audit 25 @bob`: what admins did; `/karma fairplay`: who gives to whom; `/karma report 2026-10`: a month as a file; `/karma recap`: what the next recap would say
