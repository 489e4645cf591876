resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = "artguard-${var.environment}"

  dashboard_body = jsonencode({
    widgets = [for index, widget in local.widgets : {
      type   = "metric"
      x      = (index % 2) * 12
      y      = floor(index / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = widget.title
        region  = var.region
        period  = widget.period
        stat    = widget.stat
        metrics = widget.metrics
      }
    }]
  })
}

locals {
  service_dimensions = ["ClusterName", aws_ecs_cluster.main.name, "ServiceName", aws_ecs_service.backend.name]

  widgets = [
    {
      title  = "CPU and memory"
      period = 300
      stat   = "Average"
      metrics = [
        for metric in ["CPUUtilization", "MemoryUtilization"] : concat(["AWS/ECS", metric], local.service_dimensions)
      ]
    },
    {
      title  = "Requests by answer"
      period = 300
      stat   = "Sum"
      metrics = [
        for metric in [
          "HTTPCode_Target_2XX_Count", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"
        ] : ["AWS/ApplicationELB", metric, "LoadBalancer", aws_lb.main.arn_suffix]
      ]
    },
    {
      title  = "DynamoDB capacity"
      period = 300
      stat   = "Sum"
      metrics = concat([
        for table in aws_dynamodb_table.main : [
          for metric in ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"] :
          ["AWS/DynamoDB", metric, "TableName", table.name]
        ]
      ]...)
    },
    {
      title  = "Bucket size"
      period = 86400 # S3 measures once a day
      stat   = "Average"
      metrics = [
        for bucket in aws_s3_bucket.main :
        ["AWS/S3", "BucketSizeBytes", "BucketName", bucket.bucket, "StorageType", "StandardStorage"]
      ]
    },
  ]
}
