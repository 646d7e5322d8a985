package main

import (
	"os/exec"

	log "github.com/golang/glog"
)

func main() {
	log.Info("x")
	exec.Command("kubectl", "exec", "pod", "--", "/bin/sh", "-c", "ls").Run()
}
