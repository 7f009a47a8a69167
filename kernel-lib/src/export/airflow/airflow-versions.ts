/** Versions of Airflow with which exported DAGs are tried (`npm run test:engines`). */
export const AIRFLOW_VERSIONS = {
  "apache-airflow": "3.3.2",
  "apache-airflow-providers-celery": "3.26.0",
  // The provider breaks with 5.7.
  celery: "5.6.3",
} as const;
