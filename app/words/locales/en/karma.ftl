# What is said of one person or thing: cards, histories, searches, and how to ask for them.

# At most 14 lines. `minutes` is 0 where nothing can be taken back.
karma-help =
    {"*"}Points*
    • `/karma`: your own card; `/karma @bob`, `/karma postgres`, `/karma "code review"`: another
    • `/karma history`, `/karma history @bob`, `/karma history postgres 25`: the last votes, 1 to 50
    • `/karma search release`: votes by the words of their reasons; `"…"`, `or` and `-not` work
    {"*"}Your votes and you*
    • `/karma undo`: { $minutes ->
        [0] takes votes back; switched off here
        [one] takes your last votes back, within { $minutes } minute
       *[other] takes your last votes back, within { $minutes } minutes
      }
    • `/karma opt-out`: you are no longer counted or shown; `/karma opt-in`: you are again
    • `/karma export`: your data as a file; `/karma forget-me`: takes you out of everything
    {"*"}More*
    • `/karma help`: this; `/karma seasons`: all seasons; `/leaderboard`: who leads; `/leaderboard help`: how to give points
    Votes that were given in a private channel are shown only there.
karma-not-voting = Points are given in a message, not with a command: write `@bob++ for the release` in a channel that I am in. `/karma @bob` shows a card.
karma-no-search-words = There is no word to search for in that. Try `/karma search release`.
karma-unclear = I did not get “{ $word }”.
karma-unclear-all = I did not get that.
karma-did-you-mean = Did you mean `/karma { $command }`?
# In `/karma search WORDS`
karma-words = WORDS
# Stand for a mention that was typed.
karma-typed-person = @someone
karma-typed-group = @group
karma-typed-channel = #channel
karma-try = Try `/karma @bob`.
karma-more = `/karma help` shows what else you can ask.

karma-opted-out = { $name } has chosen not to be counted, so there is nothing to show.
karma-deactivated = { $name } is no longer active here, so there is nothing to show.
karma-nothing-shown = There is nothing to show.
karma-unknown = I do not know who @{ $name } is: choose the person from the list that Slack offers while you type.
karma-no-points = { $name } has no points yet.
karma-no-points-own = You have no points yet.
karma-no-past = There are no votes of { $name } to show here.
karma-no-past-own = There are no votes of yours to show here.
karma-not-found = No vote that I can show here has “{ $words }” in its reason.

karma-title-own = Your karma
karma-past-title = { $count ->
    [one] { $name }: the last vote
   *[other] { $name }: the last { $count } votes
  }
karma-past-title-own = { $count ->
    [one] Your last vote
   *[other] Your last { $count } votes
  }
karma-found-title = { $count ->
    [one] { $count } vote for “{ $words }”
   *[other] { $count } votes for “{ $words }”
  }

karma-all-time = All time
karma-week = Week { $days }
# `42 points, 3rd`
karma-score = { $points }, { $rank }
karma-given = Given, all time
karma-lately-for = Lately for
karma-lately-from = Lately from
karma-lately-to = Lately to
# `Ann, 12 points` and `the docs (12 points)`
karma-sum = { $name }, { $points }
karma-reason-sum = { $reason } ({ $points })
karma-last-votes = Last votes
karma-lately = “Lately” is the last 1,000 votes. Votes that were given in a private channel are shown only there.
karma-out = You have opted out: you are on no board, and nobody else sees this.
# Buttons
karma-history = History
karma-card = Card
karma-leaderboard = Leaderboard

# One vote: `+2 from Ann to Bob for the docs (edited)`.
karma-from = from { $name }
karma-from-you = from you
karma-from-someone = from someone
karma-to = to { $name }
karma-to-you = to you
karma-entry-for = { $vote } for { $reason }
karma-entry-edited = { $vote } (edited)
karma-entry-withdrawn = { $vote }, withdrawn
karma-archived = { $points } from before, kept as a sum
karma-imported = { $points } taken over from a file
karma-imported-withdrawn = { $points } taken over from a file, and taken out again
# Stands for a mention in a reason that is too long.
karma-someone = someone
karma-where = in { $channel }
# Slack puts in a day, such as `yesterday`, and a time.
karma-when = { $day } at { $time }
karma-open = open
