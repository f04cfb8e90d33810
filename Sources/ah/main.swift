print("ah")
