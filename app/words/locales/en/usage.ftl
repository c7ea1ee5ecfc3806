# What is said to whoever asks how the app is used. What people type is the same in every language.

leaderboard-help =
    {"*"}Give points* by writing in a channel that I am in:
    • `@bob++ for the release`, `@ann @carol ++`, `postgres++`, `"code review"++`, `:tada:++`
    • `+++` gives 2, `++++` gives 3, `+= 5` gives 5; `@bob--` takes one away
    • `++ for the write-up` as a reply in a thread thanks whoever began it
    {"*"}See who leads:* `/leaderboard`, or `@pptbot leaderboard` for everyone. Add, in any order:
    • `25` (1 to 50 places); `today`, `week`, `month`, `last week`, `season`, `2026-10`, `2026-W47`, `2026-11-20`
    • `things` or `givers`; `bottom`; a #channel, or `here` for this one: `/leaderboard 5 givers week`
    {"*"}See a picture:* `/leaderboard chart` for the last twelve weeks, `/leaderboard chart month` for bars
    {"*"}Ask for a score:* a message that is only `@bob==` or `postgres==`
away = I cannot reach my database right now. Nothing is lost; please try again in a minute.
form-unreadable = This form could not be read, so nothing has changed. Please open it again.
form-not-yours = This form is for people of the workspace that I am in, so nothing has changed.

# $word is always in code marks; $near is what may have been meant.
unclear-try = Try `/leaderboard`, `/leaderboard 25 week` or `/leaderboard help`.
unclear-nothing = I did not get that.
unclear-unknown = I do not know { $word }.
unclear-near = I do not know { $word }. Did you mean `{ $near }`?
unclear-twice = { $word } is there twice.
unclear-contrary = { $first } and { $word } do not go together: keep one.
unclear-count = { $word } is no number of places: 1 to { $most } can be shown.
unclear-people = A channel's board is of people: leave out { $word }, or the channel.
unclear-chart = A chart shows the first places, { $lines } as lines or { $bars } as bars: leave out { $word }.
unclear-mention = I draw a { $word } only for `/leaderboard chart`. You alone see it then, and a button below it shows it to everyone.
unclear-name = I cannot tell which channel { $word } is: pick it from Slack's list.
unclear-season = I know no season { $word }: `/karma seasons` lists them.
unclear-first = There was no season before this one.
