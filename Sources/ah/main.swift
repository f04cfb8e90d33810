AhCommand.start()
