# Seasons: stretches of time with boards of their own.

season-called = Season { $name }
season-first = First season
season-numbered = Season { $number }
season-since = { $season }, since { $date }
season-until = { $season }, until { $date }
season-between = { $season }, { $dates }

# What /karma seasons lists.
season-list = {"*"}Seasons*
season-line = { $number }. { $season }
season-now = (now)
season-more = { $count ->
    [one] … and { $count } before these
   *[other] … and { $count } before these
  }
season-only = There is one season, the first, and it has been going on all the time.
season-how = See one by `/leaderboard season`, `/leaderboard last season`, or its number or name: `/leaderboard season 1`. Admins begin the next by `/karma season "Autumn"`.

# Why something is no name for a season.
season-unfit-empty = A season needs a name: `/karma season "Autumn"`.
season-unfit-long = That name is too long: a season's has at most { $most } characters, like `/karma season "Autumn 2026"`.
season-unfit-number = A number alone would be taken for the season of that number: add a word, like `/karma season "Autumn 2026"`.
season-unfit-marks = A season's name has no quotation marks, mentions or invisible characters: `/karma season "Autumn"`.
season-unfit-taken = There is a season of that name already: `/karma seasons` lists them.

# The form that begins one; its title has at most 24 characters.
season-form-title = Begin a season
season-form-submit = Begin it
season-form-close = Cancel
season-form-done = Close
season-form-label = Name
season-form-opened = I have opened a form for you.
season-form-what = As of now, every board starts afresh: people, things, givers and channels. *Nothing is deleted*: { $season } stays readable, so do the boards of all time, and later edits of older messages still count where they did. A season cannot be taken back.
season-begun = *{ $season } has begun.* `/leaderboard` shows it from now on; `/leaderboard last season` shows the one before, and `/leaderboard all` everything.
season-late = Meanwhile somebody else has begun one: it is { $season } now. Nothing was changed.
