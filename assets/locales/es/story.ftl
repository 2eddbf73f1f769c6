# Stories: what several sources report.
