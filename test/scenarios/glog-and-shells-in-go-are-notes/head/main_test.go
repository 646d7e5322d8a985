package main

import _ "github.com/golang/glog"
