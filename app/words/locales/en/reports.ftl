# The monthly report to admins, a CSV file in a direct message.

report-on-its-way = The report for { $month } is on its way: a file, in a direct message.
report-file = Karma in { $month }: { $count ->
    [0] nobody got or gave anything
    [one] what one person or thing got and gave
   *[other] what { $count } people and things got and gave
  }. People who have opted out are left out.
report-already-on-its-way = The last report you asked for is still on its way. Give it a minute.
report-not-sent = I couldn't send the report. Please try again in a minute.
