# Cards, histories and searches, for one person or thing, and the help for them.

# Three lines first; the rest, at most 14 lines, behind More. `minutes` is 0 if undo is off,
# `boards` is everyone if people may see everyone's standing.
help-first =
    {"*"}Give:* write `@bob++ for the release` in a channel that I'm in.
    {"*"}See:* { $boards ->
        [everyone] `/leaderboard` for everyone's points, `/karma` for yours.
       *[own] `/karma` for your points.
      }
    {"*"}Undo:* { $minutes ->
        [0] edit or delete your message.
        [one] `/karma undo` within { $minutes } minute, or edit or delete your message.
       *[other] `/karma undo` within { $minutes } minutes, or edit or delete your message.
      }
help-more = More
karma-help =
    {"*"}Points*
    • `/karma`: your card; { $boards ->
        [everyone] `/karma @bob`, `/karma postgres`, `/karma "code review"`: somebody's or something's
       *[own] `/karma postgres`, `/karma "code review"`: something's
      }
    • `/karma give @bob 2 for the release`: points without a message
    • `/karma history`, { $boards ->
        [everyone] `/karma history @bob`, {""}
       *[own] {""}
      }`/karma history postgres 25`: the latest points, 1 to 50 entries
    • `/karma search release`: searches the reasons; `"…"`, `or` and `-not` work too
    {"*"}You*
    • `/karma undo`: { $minutes ->
        [0] turned off here
        [one] undoes your last points, for { $minutes } minute
       *[other] undoes your last points, for { $minutes } minutes
      }
    • `/karma opt-out`: no points for you, and no board shows you; `/karma opt-in`: back again
    • `/karma export`: your data as a file; `/karma forget-me`: removes you from everything
    {"*"}More*
    • `/karma seasons`: all seasons; { $boards ->
        [off] {""}
       *[own] `/leaderboard`: who leads; {""}
      }`/leaderboard help`: how to give points
    Points given in a private channel show only there.
karma-not-voting = To give points, write a message: `@bob++ for the release` in a channel that I'm in. `/karma @bob` shows a card.
karma-board = `/leaderboard` shows who leads.
karma-no-groups = A group has no card of its own, but it has a board: type `/leaderboard` and the group's name, or try one of its people with `/karma @bob`.
karma-no-search-words = There's no word to search for in that. Try `/karma search release`.
karma-unclear = I don't know "{ $word }".
karma-did-you-mean = Did you mean `/karma { $command }`?
# Placeholders for a mention that was typed, or is in a reason that is too long.
karma-typed-person = @someone
karma-typed-group = @group
karma-typed-channel = #channel
karma-try = Try `/karma { $command }`.
# What to type after `/karma` to give points.
karma-give-example = give @bob 2 for the release
karma-try-person = Try `/karma { $command }` to give points, or `/karma @bob` to see them.
karma-count = I can show 1 to { $most } entries: `/karma { $command }`.
karma-incomplete = That needs a bit more, like `/karma { $command }`.
karma-more = `/karma help` shows what else I can do.

karma-opted-out = { $name } has opted out, so there's nothing to show.
karma-private = Cards are private here. `/karma` shows yours.
karma-deactivated = { $name } has left this workspace, so there's nothing to show.
karma-nothing-shown = There's nothing to show.
karma-unknown = I don't know who @{ $name } is. Pick them from the list that Slack offers while you type.
karma-everybody = I can't do that for everyone at once. Name people instead, like `@bob`.
karma-shared = More than one person here is called @{ $name }. Pick the one you mean from the list that Slack offers while you type.
karma-no-points = { $name } has no points yet.
karma-no-points-own = You have no points yet.
karma-no-past = Nothing to show for { $name } here yet.
karma-no-past-own = Nothing to show for you here yet.
karma-not-found = Nothing found for "{ $words }" in the reasons I can show here.
# $said is the sentence above.
karma-not-found-but = { $said } Did you mean { $name }'s history?

karma-title-own = Your karma
karma-past-title = { $count ->
    [one] { $name }: the last entry
   *[other] { $name }: the last { $count } entries
  }
karma-past-title-own = { $count ->
    [one] Your history: the last entry
   *[other] Your history: the last { $count } entries
  }
karma-found-title = { $count ->
    [one] { $count } result for "{ $words }"
   *[other] { $count } results for "{ $words }"
  }

karma-week = Week of { $days }
# `42 points, 3rd`
karma-score = { $points }, { $rank }
karma-given = Given, all time
karma-lately-for = Lately for
karma-lately-from = Lately from
karma-lately-to = Lately to
# `Ann, 12 points` and `"the docs" (12 points)`
karma-sum = { $name }, { $points }
karma-reason-sum = { $reason } ({ $points })
karma-last-votes = Latest
karma-lately = "Lately" covers the last 1,000 entries. Points given in a private channel show only there.
karma-out = You've opted out: no board shows you, and only you see this.
# Buttons
karma-history = History
karma-card = Card
karma-leaderboard = Leaderboard

# One entry: `+2 from Ann to Bob: "the docs" (edited)`.
karma-from = from { $name }
karma-from-you = from you
karma-from-someone = from someone
karma-to = to { $name }
karma-to-you = to you
karma-entry-boosted = { $vote } { $factor ->
    [2] (double points)
   *[other] (triple points)
  }
karma-entry-edited = { $vote } (edited)
karma-entry-withdrawn = { $vote } (undone)
karma-archived = { $points } from earlier, kept as a total
karma-imported = { $points } imported from a file
karma-imported-withdrawn = { $points } imported from a file, and removed again
karma-where = in { $channel }
# Slack inserts a day, such as `yesterday`, and a time.
karma-when = { $day } at { $time }
karma-open = open
