module docgen.example/echo-server

go 1.21
