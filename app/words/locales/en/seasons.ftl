# Seasons: periods with boards of their own.

season-called = Season { $name }
season-first = First season
season-numbered = Season { $number }
season-since = { $season }, since { $date }
season-until = { $season }, until { $date }
season-between = { $season }, { $dates }

# The list of /karma seasons.
season-list = {"*"}Seasons*
season-line = { $number }. { $season }
season-now = (now)
season-more = … and { $count } earlier
season-only = There's just one season so far, the first.
season-how = See one with `/leaderboard season`, `/leaderboard last season`, or its number or name: `/leaderboard season 1`.
season-next = Admins start the next with `/karma season "Autumn"`.

# Why a name can't be used for a season.
season-unfit-empty = A season needs a name: `/karma season "Autumn"`.
season-unfit-long = Please keep the name to { $most } characters: `/karma season "Autumn 2026"`.
season-unfit-number = A number alone could be mixed up with a season's number. Add a word: `/karma season "Autumn 2026"`.
season-unfit-marks = Please leave out quotation marks, mentions and invisible characters: `/karma season "Autumn"`.
season-unfit-taken = There's already a season with that name; `/karma seasons` lists them.

# The form that starts one; its title has at most 24 characters.
season-form-title = Start a season
season-form-submit = Start it
season-form-label = Name
season-form-what = Every board starts fresh: people, things, givers and channels. *Nothing is deleted*: the boards of the season so far ({ $season }) and of all time stay, and if you edit an older message, its points change where they were counted. Starting a season can't be undone.
season-begun = *{ $season } has begun.* `/leaderboard` shows it from now on, `/leaderboard last season` shows the one before, and `/leaderboard all` shows everything.
season-late = Somebody else was faster: it's { $season } now.
