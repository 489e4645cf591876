environment    = "dev"
zones          = ["us-east-1a", "us-east-1b", "us-east-1c"]
database_class = "db.t4g.medium"

tasks = {
  minimum = 3
  maximum = 6
  cpu     = 512
  memory  = 1024
}

budget = {
  monthly = 500
  mail    = "platform@splurge-art.example"
}
