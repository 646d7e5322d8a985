docker build -t registry.k8s.io/importer:1 .
docker push registry.k8s.io/importer:1
