environment = "prod"
zones       = ["ca-central-1a", "ca-central-1b", "ca-central-1d"] # the region has no zone c
log_days    = 30

# 200 requests/s on ten tasks are 20 requests/s on each. Two tasks at least, so that losing one is not an outage.
tasks = {
  minimum             = 2
  maximum             = 10
  cpu                 = 2048
  memory              = 4096
  requests_per_minute = 1200
}
