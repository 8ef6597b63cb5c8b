/**
 * Settings that a provider cannot change in place ("Forces new resource" in its documentation), for resources that
 * hold data: changing one destroys the data with the old resource.
 */
export const replacedBy: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: [
    "engine",
    "username",
    "storage_encrypted",
    "kms_key_id",
    "availability_zone",
    "snapshot_identifier",
    "db_name",
    "character_set_name",
    "timezone",
  ],
  aws_rds_cluster: [
    "cluster_identifier",
    "engine",
    "master_username",
    "storage_encrypted",
    "kms_key_id",
    "database_name",
    "snapshot_identifier",
    "availability_zones",
  ],
  aws_rds_cluster_instance: ["engine"],
  aws_dynamodb_table: ["name", "hash_key", "range_key", "local_secondary_index"],
  aws_s3_bucket: ["bucket", "bucket_prefix", "object_lock_enabled"],
  aws_efs_file_system: ["encrypted", "kms_key_id", "performance_mode", "creation_token", "availability_zone_name"],
  aws_ebs_volume: ["availability_zone", "encrypted", "kms_key_id", "snapshot_id"],
  aws_elasticache_replication_group: [
    "replication_group_id",
    "at_rest_encryption_enabled",
    "kms_key_id",
    "subnet_group_name",
  ],
  aws_elasticache_cluster: ["cluster_id", "engine", "availability_zone"],
  aws_elasticsearch_domain: ["domain_name", "encrypt_at_rest"],
  aws_opensearch_domain: ["domain_name", "encrypt_at_rest"],
  aws_redshift_cluster: ["cluster_identifier", "database_name", "master_username"],
  aws_docdb_cluster: ["cluster_identifier", "master_username", "storage_encrypted", "kms_key_id"],
  aws_neptune_cluster: ["cluster_identifier", "storage_encrypted", "kms_key_arn"],
  aws_kinesis_stream: ["name"],
  aws_sqs_queue: ["name", "fifo_queue"],
  aws_sns_topic: ["name", "fifo_topic"],
  aws_msk_cluster: ["cluster_name"],
  aws_ecr_repository: ["name", "encryption_configuration"],
  aws_cognito_user_pool: ["username_attributes", "alias_attributes", "schema"],
  aws_kms_key: ["customer_master_key_spec", "key_usage"],
  aws_cloudwatch_log_group: ["name"],
  aws_secretsmanager_secret: ["name"],
  aws_backup_vault: ["name", "kms_key_arn"],
  aws_fsx_lustre_file_system: ["subnet_ids", "deployment_type"],
  google_sql_database_instance: ["name", "region", "encryption_key_name"],
  google_sql_database: ["name", "charset", "collation"],
  google_storage_bucket: ["name", "location", "project"],
  google_bigquery_dataset: ["dataset_id", "location"],
  google_bigquery_table: ["table_id", "dataset_id", "time_partitioning", "range_partitioning"],
  google_spanner_instance: ["name", "config"],
  google_spanner_database: ["name", "encryption_config"],
  google_bigtable_instance: ["name"],
  google_pubsub_topic: ["name"],
  google_pubsub_subscription: ["name", "topic"],
  google_compute_disk: ["name", "zone", "type", "image", "snapshot"],
  google_redis_instance: ["name", "region"],
  google_filestore_instance: ["name", "tier", "location"],
  azurerm_storage_account: ["name", "location", "resource_group_name", "account_kind"],
  azurerm_storage_container: ["name"],
  azurerm_mssql_database: ["name", "server_id", "collation"],
  azurerm_mssql_server: ["name", "location", "administrator_login", "version"],
  azurerm_postgresql_flexible_server: ["name", "location", "administrator_login"],
  azurerm_mysql_flexible_server: ["name", "location", "administrator_login"],
  azurerm_cosmosdb_account: ["name", "location", "kind"],
  azurerm_cosmosdb_sql_container: ["name", "partition_key_path"],
  azurerm_managed_disk: ["name", "location", "storage_account_type", "create_option"],
  azurerm_redis_cache: ["name", "location"],
  azurerm_key_vault: ["name", "location", "tenant_id"],
  azurerm_eventhub: ["name", "partition_count"],
  kubernetes_persistent_volume_claim: ["spec", "metadata"],
  kubernetes_namespace: ["metadata"],
  random_password: ["length", "special", "keepers", "override_special", "upper", "lower", "numeric"],
  random_id: ["byte_length", "keepers", "prefix"],
  tls_private_key: ["algorithm", "rsa_bits", "ecdsa_curve"],
};

/** Whether destroying it loses nothing: it holds no state, and applying again makes the same thing. */
export function isStateless(type: string): boolean {
  return (
    /^(null_resource|terraform_data|time_(sleep|static|rotating|offset)|local_file|local_sensitive_file|archive_file)$/.test(
      type,
    ) ||
    /_(attachment|association|policy_attachment|rule|subscription_filter|alarm|dashboard|log_metric_filter|binding|member)$/.test(
      type,
    ) ||
    /^aws_(autoscaling_policy|appautoscaling_policy|cloudwatch_metric_alarm|cloudwatch_dashboard|iam_role_policy|lambda_permission|route)$/.test(
      type,
    ) ||
    /^(datadog|grafana|pagerduty|newrelic|sentry|statuscake|opsgenie)_(?!.*(user|team))/.test(type)
  );
}
