# Help. The commands are the same in every language.

leaderboard-help =
    {"*"}Give points* in a channel that I'm in:
    • `@bob++ for the release`, `@ann @carol ++`, `postgres++`, `"code review"++`, `:tada:++`
    • `+++` gives 2, `++++` gives 3, `+= 5` gives 5; `@bob--` takes one away
    • `++ for the write-up` in a thread thanks whoever started it
    • Nothing happened? The `++` goes right after the name, in a channel that I'm in. If a rule is in the way, I tell you privately.
# $boards is `everyone` or, where people see only their own place, `own`.
leaderboard-help-boards =
    {"*"}See who leads:* `/leaderboard`{ $boards ->
        [everyone] , or `@{ APP() } leaderboard` for everyone
       *[own] {""}
      }. Add, in any order:
    • `25` (1 to 50 places); `today`, `week`, `month`, `last week`, `season`, `quarter`, `2026`, `2026-10`, `2026-W47`, `2026-11-20`, `last 30 days`
    • `things` or `givers`; `bottom`; a #channel or @group, or `here`: `/leaderboard 5 givers week`
    {"*"}See a picture:* { $boards ->
        [everyone] `/leaderboard chart` for the last weeks, `/leaderboard chart month` for bars
       *[own] `/leaderboard chart things` for the last weeks, `/leaderboard chart things month` for bars
      }
    {"*"}Ask for a score:* a message that is just { $boards ->
        [everyone] `@bob==` or `postgres==`
       *[own] `postgres==`
      }
away = I can't reach my database right now. Nothing is lost; please try again in a minute.
form-title = Karma
form-unreadable = I couldn't read that form, so nothing has changed. Please open it again.
form-not-yours = This form is only for members of the workspace that I'm in, so nothing has changed.

# $word is always in code marks; $near is the likely meaning.
unclear-try = Try `/leaderboard`, `/leaderboard 25 week` or `/leaderboard help`.
unclear-nothing = Sorry, I didn't get that.
unclear-unknown = I don't know { $word }.
unclear-near = I don't know { $word }. Did you mean `{ $near }`?
unclear-twice = { $word } is in there twice.
unclear-contrary = { $first } and { $word } don't go together. Keep one of them.
unclear-count = I can show 1 to { $most } places, so { $word } doesn't work.
unclear-people = A channel's board is for people. Leave out { $word }, or the channel.
unclear-chart = A chart shows the first places, up to { $lines } as lines or { $bars } as bars. Leave out { $word }.
unclear-mention = I draw a { $word } when you type `/leaderboard chart`. You'll see it first, and a button shows it to everyone.
unclear-name = I can't tell which channel { $word } is. Pick it from Slack's list.
unclear-season = There's no season { $word }. `/karma seasons` lists them.
unclear-first = There was no season before this one.
unclear-own = `/karma` shows your own points. `/karma @bob` shows somebody else's.
# $mention is typed if the name wasn't picked from Slack's list: it may be a group's.
unclear-person = `/karma @bob` shows one person's points.{ $mention ->
    [typed] {" "}For a group's board, pick the group from Slack's list.
   *[picked] {""}
  }
unclear-group = A group's board is for people. Leave out { $word }, or the group.
unclear-period = There's no { $word } in the calendar.
# A week as people type it: $week is its number, or that and the year.
unclear-week = week { $week }
unclear-since = I don't know that day. Write it like 2026-09-01, or try `/leaderboard last 30 days`.
# $command is what follows `/karma`.
unclear-command = Type `/karma { $command }` for that.
unclear-thanks = You're welcome!
