environment = "dev"
zones       = ["ca-central-1a", "ca-central-1b"]
log_days    = 7

# 50 requests/s on five tasks are 10 requests/s on each.
tasks = {
  minimum             = 1
  maximum             = 5
  cpu                 = 1024
  memory              = 2048
  requests_per_minute = 600
}

pause = {
  stop  = "cron(0 22 * * ? *)"
  start = "cron(0 8 * * ? *)"
  zone  = "America/Toronto"
}
