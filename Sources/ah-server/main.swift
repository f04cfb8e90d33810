// ah-server: the program that serves sessions over HTTP, for `ah serve`, which checks what its user wants and hands it over
// as its only argument. It is a program of its own so that no other command carries an HTTP server with it, in memory or in
// the time that it takes to start.

await Serving.start()
