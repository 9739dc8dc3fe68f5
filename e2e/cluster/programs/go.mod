module kruise-installer-e2e/programs

go 1.21
