module docgen.example/login-consent

go 1.21
