# The workspace's settings, and who may change them.

# The title and the buttons of a form have at most 24 characters.
settings-title = Settings
settings-save = Save
settings-cancel = Cancel
settings-close = Close
settings-opened = I have opened the settings. Nothing has changed yet.
settings-managers-only = That is for this workspace's admins, and for the managers they have named. Nothing has changed.
settings-admins-only = That is for this workspace's admins and owners in Slack. Nothing has changed.
settings-unchecked = I could not check in Slack whether you may do that, so nothing has changed. Please try again in a minute.

settings-of-workspace =
    {"*"}These settings hold in the whole workspace.* What is set for one channel alone goes first there: choose a channel to see that.
    Save before you choose: what is not saved is lost.
# $channel is its link.
settings-of-channel =
    {"*"}These settings hold in { $channel } alone.* What you leave as in the workspace follows the workspace.
    Save before you choose another: what is not saved is lost.
settings-choose-channel = Choose a channel
settings-back = The whole workspace
settings-managers-are = {"*"}Managers:* { $people }. Only Slack's admins and owners can change this.

# What a field holds that is neither on nor off, no number and no list.
settings-on = On
settings-off = Off
settings-inherited = As in the workspace
# $value is what holds in the workspace.
settings-as-in-workspace = As in the workspace ({ $value })
settings-inherit-number = Empty: as in the workspace ({ $value }).
settings-inherit-emoji = Empty: as in the workspace ({ $value }). { $none }: no emoji at all.
settings-none = none
settings-no-limit = no limit

settings-saved = {"*"}Saved.* This holds from now on:
settings-saved-in = {"*"}Saved for { $channel }.* This holds there from now on:
settings-change = • { $setting }: { $before } → { $after }
settings-same = Nothing has changed.

settings-wrong-number = Please write a whole number from { $least } to { $most }.
settings-wrong-emoji = { $word } is no emoji. Write them as in a message: { $example }
settings-wrong-many = That is too much: at most { $most } entries of 80 characters.
settings-wrong-zone = I do not know this time zone. Write it as { $example }.
settings-wrong-zone-near = I do not know this time zone. Do you mean { $near }?
settings-wrong-both = { $word } cannot give a point and take one: it is in both lists.

setting-group-replies = Replies
setting-group-votes = Votes
setting-group-limits = Limits
setting-group-reactions = Reactions
setting-group-time = Time and language
setting-group-people = People

setting-replies = How votes are answered
setting-replies-help = Votes count in any case. Where nothing is said, people are still told, to themselves alone, when a vote of theirs does not count.
setting-replies-is-thread = In a thread below the message
setting-replies-is-channel = In the channel
setting-replies-is-reaction = By a ✅ on the message
setting-replies-is-ephemeral = Only to whoever voted
setting-replies-is-silent = Not at all
setting-quiet-channels = Quiet channels
setting-quiet-channels-help = Votes count there, and nothing at all is said.
setting-notices = Telling those who got points
setting-notices-help = By direct message, to whoever got points from somebody else.
setting-notices-is-never = Never
setting-notices-is-digest = Once a day
setting-notices-is-direct = Each time
setting-thanks = A kind word when I am thanked
setting-thanks-help = Said when somebody gives me a point myself. Off: only the score is said.

setting-minus = Minus votes
setting-minus-help = Which votes that take points count. The others are refused, and whoever gave them is told.
setting-minus-is-on = All count
setting-minus-is-things = Only for things, not for people
setting-minus-is-reason = Only with a reason
setting-minus-is-off = None count
setting-things = Votes for things
setting-things-help = Off: only people can have points, and postgres++ does not count.
setting-stop-list = Names that are no votes
setting-stop-list-help = Names that end in ++ or -- by themselves, such as notepad++, parted by spaces. In quotation marks they can still be voted for.

setting-max-points = Most points at once
setting-max-points-help = What one message can give to or take from the same person or thing. More is cut down to it.
setting-max-targets = Most receivers at once
setting-max-targets-help = How many people and things one message can be for; a group counts by its members. With more, none of its votes count.
setting-daily-allowance = Points to give in a day
setting-daily-allowance-help = For each person, plus and minus alike, by the day in their own time zone. Empty: no limit.
setting-cooldown = Minutes until the next vote for the same
setting-cooldown-help = How long somebody must wait before their next vote for the same person or thing counts. 0: no wait.
setting-undo-window = Minutes for taking votes back
setting-undo-window-help = How long /karma undo and its button work. Editing or deleting a message works at any time. 0: not at all.

setting-plus-reactions = Reactions that give a point
setting-plus-reactions-help = Emoji that give one point to whoever wrote the message, parted by spaces.
setting-minus-reactions = Reactions that take a point
setting-minus-reactions-help = Emoji that take one point from whoever wrote the message, parted by spaces.

setting-time-zone = Time zone
setting-time-zone-help = Where days, weeks and months begin and end, such as Europe/Berlin. What has been counted stays in the day it was counted in.
setting-first-weekday = First day of the week
setting-first-weekday-help = Weeks that have been counted stay as they are.
setting-first-weekday-is-monday = Monday
setting-first-weekday-is-sunday = Sunday
setting-first-weekday-is-saturday = Saturday
setting-language = Language
setting-language-help = What I speak here. Commands are the same in every language.

setting-strangers = People of other organisations
setting-strangers-help = Whether votes by and for people count who are in shared channels, but not of this workspace.
setting-managers = Managers
setting-managers-help = They may do all that Slack's admins and owners may do here, but for naming managers. Guests and bots cannot be managers.
