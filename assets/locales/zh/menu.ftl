# The words that people can say, in menus and help. At most 100 characters each.
