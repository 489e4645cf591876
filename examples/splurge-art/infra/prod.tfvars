environment    = "prod"
zones          = ["us-east-1a", "us-east-1b", "us-east-1c"]
database_class = "db.r7g.large"

tasks = {
  minimum = 6
  maximum = 60
  cpu     = 512
  memory  = 1024
}

budget = {
  monthly = 6000
  mail    = "platform@splurge-art.example"
}
