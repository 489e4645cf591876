variable "region" {
  type    = string
  default = "us-east-1"
}

variable "copies_region" {
  type    = string
  default = "us-west-2"
}

variable "environment" {
  description = "staging or prod; development is Docker Compose."
  type        = string
  default     = "prod"
}

variable "zones" {
  type    = list(string)
  default = ["us-east-1a", "us-east-1b", "us-east-1c"]

  validation {
    condition     = length(var.zones) >= 3
    error_message = "auterity promises three zones or more."
  }
}

variable "nodes_per_zone" {
  description = "Fewest and most nodes of one zone. The fewest carry the load with one zone lost: twice two are four of the six."
  type        = object({ minimum = number, maximum = number })
  default     = { minimum = 2, maximum = 6 }
}

variable "pagerduty_endpoint" {
  description = "Integration URL of PagerDuty's CloudWatch integration; it holds a key, so it comes from the environment: TF_VAR_pagerduty_endpoint."
  type        = string
  sensitive   = true
}

locals {
  name     = "auterity-${var.environment}"
  services = toset(["automatrix", "relaycore", "neuroweaver"])
}
