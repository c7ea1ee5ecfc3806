# The workspace's settings, and who may change them.

# The title and the buttons of a form have at most 24 characters.
settings-title = Settings
settings-save = Save
# $people are names; $some says whether any are known.
settings-managers-only = Only admins and karma managers can do that{ $some ->
    [some] : { $people }.
   *[none] .
  }
settings-admins-only = Only admins and owners of this workspace can do that{ $some ->
    [some] : { $people }.
   *[none] .
  }
settings-unchecked = Slack didn't tell me whether you're an admin. Please try again in a minute.

settings-of-workspace =
    {"*"}These settings are for the whole workspace.* Choose a channel to see or change what's different there.
    Save before you choose one: unsaved changes are lost.
# $what says which of the admin's own values are filled in: language, zone, or both.
settings-suggested = Nothing has been set yet, so I've filled in { $what ->
    [language] your own language. Saving sets it
    [zone] your own time zone. Saving sets it
   *[both] your own language and time zone. Saving sets them
  } for everyone.
# $channel is its link.
settings-of-channel =
    {"*"}These settings are for { $channel } only.* Whatever you leave as is follows the workspace.
    Save before you choose another channel: unsaved changes are lost.
settings-choose-channel = Choose a channel
settings-back = The whole workspace
settings-managers-are = {"*"}Managers:* { $people }. Only admins and owners in Slack can change this.

# Values of fields.
settings-on = On
settings-off = Off
settings-inherited = As in the workspace
# $value is the workspace's value.
settings-as-in-workspace = As in the workspace ({ $value })
settings-inherit-number = Leave it empty to use the workspace's ({ $value }).
settings-inherit-emoji = Leave it empty to use the workspace's ({ $value }), or type { $none } for no emoji at all.
settings-none = none
settings-no-channel = none
settings-no-limit = no limit

settings-saved = {"*"}Saved.* From now on:
settings-saved-in = {"*"}Saved for { $channel }.* From now on:
settings-change = • { $setting }: { $before } → { $after }
settings-absent = I can't post in { $channel } yet. Invite me there with `/invite @{ APP() }`.
settings-same = You're all set: everything stays as it was.

settings-wrong-number = Please type a whole number from { $least } to { $most }.
settings-wrong-emoji = I don't know the emoji { $word }. Type the names that Slack shows when you point at an emoji: { $example }
settings-wrong-many = Please keep it to { $most } entries of up to 80 characters.
settings-wrong-zone = I don't know that time zone. Type it like { $example }.
settings-wrong-zone-near = I don't know that time zone. Did you mean { $near }?
settings-wrong-no-channel = Please choose a channel, or turn it off.
settings-wrong-both = { $word } is in both lists. Please keep it in one of them.

setting-group-basics = Basics
setting-group-replies = Where I reply
setting-group-counting = What counts
setting-group-limits = Limits
setting-group-posts = What I post on my own
setting-group-more = More

setting-language = Language
setting-language-help = The language I speak here; commands are the same in every language.
setting-time-zone = Time zone
setting-time-zone-help = Decides when your days, weeks and months begin; type it like Europe/Berlin.
setting-first-weekday = First day of the week
setting-first-weekday-help = The day on which weeks begin on boards; past weeks stay as they are.
setting-first-weekday-is-monday = Monday
setting-first-weekday-is-sunday = Sunday
setting-first-weekday-is-saturday = Saturday
setting-managers = Karma managers
setting-managers-help = They can do everything here that admins can, except name managers; guests and bots can't be managers.

setting-replies = Replies to points
setting-replies-help = Points count either way, and I tell people privately when theirs don't.
setting-replies-is-thread = In a thread below the message
setting-replies-is-channel = In the channel
setting-replies-is-reaction = With a ✅ on the message
setting-replies-is-ephemeral = Only to the person who gave them
setting-replies-is-silent = Not at all
setting-quiet-channels = Quiet channels
setting-quiet-channels-help = Points count there, and I say nothing at all.
setting-scores = Show the score
setting-scores-help = Turn this off for replies without numbers, like "Thanks, noted for Bob".
setting-milestones = Celebrate round numbers
setting-milestones-help = When a score reaches 10, 50, 100, 250, 500, 1,000 and so on, my reply says so with a :tada:.
setting-notices = Tell people when they get points
setting-notices-help = By direct message, if the points are from somebody else.
setting-notices-is-never = Never
setting-notices-is-digest = Once a day
setting-notices-is-direct = Each time
setting-first-points = Tell people about their first point
setting-first-points-help = Once, by direct message, with how to pass it on and how to opt out.
setting-thanks = Say something nice when I'm thanked
setting-thanks-help = When somebody gives me a point, I reply with more than the score.

setting-votes = Points
setting-votes-help = Turn this off where I shouldn't count points; those already counted stay.
setting-minus = Minus
setting-minus-help = Which minus points count; I privately tell people whose don't.
setting-minus-is-on = All count
setting-minus-is-things = Only for things, not for people
setting-minus-is-reason = Only with a reason
setting-minus-is-off = None count
setting-things = Points for things
setting-things-help = Turn this off to count points for people only; I privately tell anybody who writes postgres++.
setting-plus-reactions = Reactions that give a point
setting-plus-reactions-help = Emoji that give the message's author a point, separated by spaces.
setting-minus-reactions = Reactions that take a point
setting-minus-reactions-help = Emoji that take a point from the message's author, separated by spaces.
setting-joining = Joining a thank-you
setting-joining-help = Whether a ++ in its thread, or a reaction to it, counts for those who were thanked.
setting-currency = Emoji that count like ++
setting-currency-help = Right after a mention, each of them gives a point, so that @bob :taco: :taco: gives two.
setting-strangers = External people
setting-strangers-help = Whether points count from and for people who share a channel with you but aren't in this workspace.

setting-max-points = Maximum points at once
setting-max-points-help = What one message can give to or take from one person or thing; anything above is cut.
setting-max-targets = Maximum people and things at once
setting-max-targets-help = How many people and things one message can be for, each member of a group included.
setting-daily-allowance = Points per day
setting-daily-allowance-help = What each person can give in a day, plus and minus together; leave it empty for no limit.
setting-cooldown = Minutes between points
setting-cooldown-help = How long people wait before giving to the same person or thing again; 0 for no wait.
setting-undo-window = Minutes to undo
setting-undo-window-help = How long /karma undo and its button work; 0 turns them off.

setting-recap = Recap
setting-recap-help = A post about the last week or month: who got and gave most, what for, and whose first points they were.
setting-recap-is-off = Off
setting-recap-is-weekly = Every week
setting-recap-is-monthly = Every month
setting-recap-channel = Recap channel
setting-recap-channel-help = Where I post it; I have to be in that channel.
setting-recap-day = Recap day
setting-recap-day-help = A monthly recap comes on the first such day of the month.
setting-recap-day-is-monday = Monday
setting-recap-day-is-tuesday = Tuesday
setting-recap-day-is-wednesday = Wednesday
setting-recap-day-is-thursday = Thursday
setting-recap-day-is-friday = Friday
setting-recap-day-is-saturday = Saturday
setting-recap-day-is-sunday = Sunday
setting-recap-hour = Recap hour
setting-recap-hour-help = From 0 to 23, in the workspace's time zone.
setting-feed-channel = Channel for all points
setting-feed-channel-help = Where I post the points given in public channels, like #kudos; never those from private ones.

setting-boards = Boards
setting-boards-help = Whose points people see on boards, charts, Home and cards; people always see their own card.
setting-boards-is-everyone = Everyone's
setting-boards-is-own = Only their own standing
setting-boards-is-off = None
setting-people-bottom = Last places for people
setting-people-bottom-help = Whether /leaderboard bottom shows people too, or only things.
setting-stop-list = Names that end in ++
setting-stop-list-help = Names that end in ++ or -- anyway and get no points, like notepad++, separated by spaces.
